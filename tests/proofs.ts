import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCauseway } from "./operators/world.ts";
import { until } from "./points/programs.ts";
import type { SampleCaller, SamplePlace } from "./sample-caller.ts";

/** What a proof file shows of one entry. */
export interface Step {
  readonly act: string;
  readonly on: string;
}

/** Reads a proof file (`GET /causeway/v1/audit/proofs`) as somebody does who has nothing but the log's public key. @throws when it is not right */
export async function proved(server: SamplePlace, file: string): Promise<readonly Step[]> {
  const place = mkdtempSync(join(tmpdir(), "causeway-proof-"));
  try {
    const [proof, key] = [join(place, "proof.json"), join(place, "log.vkey")];
    writeFileSync(proof, file);
    writeFileSync(key, readFileSync(join(server.directory, "data-audit", "log.vkey")));
    const args = ["verify-audit", "--proof", proof, "--key", key, "--json"];
    const { code, out, err } = await runCauseway(args, { data: join(place, "nowhere") });
    assert.equal(code, 0, out + err);
    const said: { readonly ok: boolean; readonly entries: readonly Step[] } = JSON.parse(out);
    assert.equal(said.ok, true);
    return said.entries;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The proofs of one grant and of the points that obeyed its beginning and its end, and the whole log. @throws when a step is missing or wrong */
export async function proveGrant(
  server: SamplePlace,
  auditor: SampleCaller,
  of: { readonly request: string; readonly grant: string; readonly acts: readonly string[] } & Pick<Proved, "points">,
): Promise<void> {
  const alone = await proved(server, await auditor.file(`/audit/proofs?on=${of.grant}&disclose=true`));
  assert.deepEqual(
    alone.map(({ act }) => act),
    of.acts,
  );
  const things = [of.request, of.grant, ...of.points].map((thing) => `on=${thing}`).join("&");
  const steps = await proved(server, await auditor.file(`/audit/proofs?${things}`));
  assert.deepEqual(
    steps.filter(({ on }) => on === of.request).map(({ act }) => act),
    ["request.asked", "request.approved"],
  );
  for (const change of ["grant.began", "grant.lapsed"])
    for (const point of of.points) {
      const after = steps.slice(steps.findIndex(({ act }) => act === change));
      const hasObeyed = after.some(({ on, act }) => on === point && act === "point.obeyed");
      assert.ok(hasObeyed, `${point} obeyed ${change}`);
    }
  const whole = await runCauseway(["verify-audit"], { data: join(server.directory, "data") });
  assert.equal(whole.code, 0, whole.out + whole.err);
  assert.match(whole.out, /The log is right/);
}

/** A point as the dashboard shows it. */
export interface PointSeen {
  readonly point_id: string;
  readonly kind: string;
  readonly status: string;
  readonly obeys?: number;
}

/** Points that have proved that they obey a version. */
export interface Proved {
  readonly version: number;
  readonly points: readonly string[];
}

/** Waits until points of these kinds have proved that they obey the version in force, one that is newer than another. */
export async function untilProved(security: SampleCaller, kinds: readonly string[], than?: Proved): Promise<Proved> {
  let found: Proved = { version: 0, points: [] };
  await until(`${kinds.join(", ")} obey, and have proved it`, async () => {
    const { version, points }: { readonly version: number; readonly points: readonly PointSeen[] } = Object(
      await security.get("/points"),
    );
    const proving = points.filter(({ kind, status, obeys }) => {
      return kinds.includes(kind) && status === "enforcing" && obeys === version;
    });
    found = { version, points: proving.map((one) => one.point_id) };
    return proving.length === kinds.length && version > (than?.version ?? 0);
  });
  return found;
}

/** Waits until something about a thing is in the log. */
export async function untilRecorded(auditor: SampleCaller, thing: string, act: string): Promise<void> {
  await until(`${act} is in the log`, async () => {
    const { counts }: { readonly counts: readonly { readonly act: string }[] } = Object(
      await auditor.get(`/audit/entries?on=${thing}`),
    );
    return counts.some((one) => one.act === act);
  });
}
