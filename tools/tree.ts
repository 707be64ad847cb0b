import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every file under version control or about to be, by its path from the root. */
export function files(pattern: RegExp): readonly string[] {
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  if (listed.status !== 0) throw new Error("git ls-files failed");
  return listed.stdout.split("\n").filter((path) => path !== "" && pattern.test(path));
}

/** The text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The JSON of a file. */
export function jsonOf(path: string): Readonly<Record<string, unknown>> {
  return { ...JSON.parse(textOf(path)) };
}

/** Whether a file is a test or helps one. */
export function isTestFile(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/tests/") || path.startsWith("tests/");
}
