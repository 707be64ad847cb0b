import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const MANAGED = "/etc/chromium/policies/managed";

/** Whether a browser can be given policies that no other browser of this machine sees: in a mount namespace of its own. */
export function canManageBrowsers(): boolean {
  return existsSync(CHROMIUM) && spawnSync("unshare", ["--mount", "true"]).status === 0;
}

/** A browser of a managed desktop. */
export interface ManagedBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Replaces the policy file; the browser takes about five seconds to see it. */
  writePolicy(policy: string): void;
}

/** How the desktop is managed. */
export interface ManagedOptions {
  /** The text of the policy file; undefined: none. */
  readonly policy?: string;
  /** Folders of unpacked extensions. */
  readonly extensions?: readonly string[];
  /** Host names that lead to an address of this machine, as Chromium's rules for its resolver say it. */
  readonly hosts?: string;
  /** Whether it installs what its policy says. */
  readonly installs?: boolean;
  /** Keeps the profile for another start. */
  readonly profile?: string;
  readonly args?: readonly string[];
}

/** Starts Debian's Chromium as a managed desktop would, with a policy file of its own that is there before it starts. */
export async function openManagedBrowser(options: ManagedOptions): Promise<ManagedBrowser> {
  const place = mkdtempSync(join(tmpdir(), "causeway-managed-"));
  const managed = join(place, "policies", "managed");
  mkdirSync(managed, { recursive: true });
  const writePolicy = (policy: string): void => writeFileSync(join(managed, "causeway.json"), policy);
  if (options.policy !== undefined) writePolicy(options.policy);
  const context = await chromium.launchPersistentContext(options.profile ?? join(place, "profile"), {
    executablePath: options.policy === undefined ? CHROMIUM : launcher(place),
    headless: true,
    ignoreDefaultArgs: [
      ...["--disable-extensions", "--disable-component-extensions-with-background-pages"],
      ...(options.installs === true ? ["--disable-background-networking"] : []),
    ],
    ignoreHTTPSErrors: true,
    args: [
      ...[
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
      ],
      ...(options.hosts === undefined ? [] : [`--host-resolver-rules=${options.hosts}`]),
      ...(options.extensions === undefined ? [] : [`--load-extension=${options.extensions.join(",")}`]),
      ...(options.args ?? []),
    ],
  });
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    writePolicy,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** Goes to a blocked page until the browser has installed the guard, which makes it the server's page. */
export async function untilGuarded(page: Page, blocked: string, ours: string): Promise<void> {
  while (page.url() !== ours) {
    await page.goto(blocked).catch(() => undefined); // without the guard it cannot be reached
    await page.waitForTimeout(250);
  }
}

/** A program that starts the browser where our folder lies over the machine's own. */
function launcher(place: string): string {
  const path = join(place, "chromium");
  const text = [
    "#!/bin/sh",
    `mkdir -p ${MANAGED}`,
    `exec unshare --mount sh -c 'mount --bind "$0" /etc/chromium/policies && exec ${CHROMIUM} "$@"' ${place}/policies "$@"`,
    "",
  ].join("\n");
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** What the browser says of one policy on `chrome://policy`. */
export interface PolicyRow {
  readonly name: string;
  readonly status: string;
}

/** Every policy that is set, as the browser itself judges it. */
export async function policyRows(page: Page): Promise<readonly PolicyRow[]> {
  await page.goto("chrome://policy");
  await page.locator("policy-row .name").first().waitFor();
  return await page.evaluate(() => {
    const rows: { name: string; status: string }[] = [];
    const text = (root: ShadowRoot, selector: string): string =>
      root.querySelector(selector)?.textContent?.trim() ?? "";
    const walk = (root: Document | ShadowRoot): void => {
      for (const one of root.querySelectorAll("*")) {
        if (one.shadowRoot === null) continue;
        if (one.localName === "policy-row") {
          const name = text(one.shadowRoot, ".policy.row .name");
          const value = text(one.shadowRoot, ".policy.row .value");
          const messages = text(one.shadowRoot, ".policy.row .messages");
          if (value !== "") rows.push({ name, status: messages });
        }
        walk(one.shadowRoot);
      }
    };
    walk(document);
    return rows;
  });
}
