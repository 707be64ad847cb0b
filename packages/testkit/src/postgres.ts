import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL server for one run of the tests. */
export interface TestPostgres extends AsyncDisposable {
  /** The URL of a superuser; tests make databases of their own. */
  readonly url: string;
}

/** Where Debian and others put the programs, newest first. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return places.find(
    (place) => place !== "" && existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")),
  );
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`. */
function findOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const ids = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout));
    const [uid = 0, gid = 0] = ids;
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error("root cannot run PostgreSQL, and there is neither a user `postgres` nor `nobody`");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Starts PostgreSQL in a temporary directory, on loopback, as a user who is not root; undefined where there are no programs. */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const programs = findPrograms();
  if (programs === undefined) return undefined;
  const owner = findOwner();
  const directory = mkdtempSync(join(tmpdir(), "causeway-postgres-"));
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const init = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "causeway", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
    {
      ...owner,
      cwd: directory,
      encoding: "utf8",
    },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const port = await freePort();
  const settings = [
    "fsync=off",
    "max_connections=200",
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    `unix_socket_directories=${directory}`,
  ];
  const server = spawn(join(programs, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
    ...owner,
    cwd: directory,
    stdio: "ignore",
  });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await untilReady(programs, port);
  return {
    url: `postgres://causeway@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGINT");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(programs: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const asked = spawnSync(join(programs, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]);
    if (asked.status === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("PostgreSQL did not start within half a minute");
}
