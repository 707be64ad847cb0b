import { createHmac } from "node:crypto";
import { join } from "node:path";
import type { TsigKey } from "../dns-wire/index.ts";
import { MAIL_WARNING } from "../rpz/index.ts";
import { OTHERS, type BindView, type WantedZone } from "./views.ts";

/** What the configuration is made from. */
export interface BindConfigOptions {
  /** Of this secret each view's key is made. */
  readonly secret: Buffer;
  /** Where the primary answers. */
  readonly primary: { readonly address: string; readonly port: number };
  /** Where BIND keeps its copies of the zones. */
  readonly folder: string;
  /** A file with what every view needs beside (`zone` statements, forwarders); optional. */
  readonly inEveryView?: string;
}

/** The key under which a view's copies of the zones are transferred and told of: it is also what leads a message to its view. */
export function keyOf(view: string, secret: Buffer): TsigKey {
  return { name: `${view}.causeway`, secret: createHmac("sha256", secret).update(`view ${view}`).digest() };
}

/** The file in which BIND keeps a view's copy of a zone. */
export function copyOf(view: BindView, zone: WantedZone, folder: string): string {
  return join(folder, `${view.name}.${zone.name}.db`);
}

/** The file that BIND includes: all its views. A machine's view lists what it may not reach by zones that are told of changes. */
export function bindConfig(views: readonly BindView[], options: BindConfigOptions): string {
  const lines = [
    "// Written by causeway-point, again and again: change nothing here.",
    `// ${MAIL_WARNING}`,
    ...views.map(({ name }) => keyLine(keyOf(name, options.secret))),
    ...views.flatMap((view) => viewLines(view, options)),
  ];
  return `${lines.join("\n")}\n`;
}

function keyLine({ name, secret }: TsigKey): string {
  return `key "${name}" { algorithm hmac-sha256; secret "${secret.toString("base64")}"; };`;
}

function viewLines(view: BindView, options: BindConfigOptions): readonly string[] {
  const key = keyOf(view.name, options.secret).name;
  const who =
    view.name === OTHERS ? "any;" : `${(view.addresses ?? []).map((address) => `${address}; `).join("")}key "${key}";`;
  const { address, port } = options.primary;
  const policies = view.zones.map(({ name }) => `zone "${name}" max-policy-ttl 5 min-update-interval 0;`).join(" ");
  return [
    `view "${view.name}" {`,
    `  match-clients { ${who} };`,
    // What is cached is what the world says; each view makes its own answer of it.
    '  attach-cache "causeway";',
    ...(options.inEveryView === undefined ? [] : [`  include "${options.inEveryView}";`]),
    ...view.zones.flatMap((zone) => [
      `  zone "${zone.name}" {`,
      `    type secondary; primaries { ${address} port ${port} key "${key}"; };`,
      `    file "${copyOf(view, zone, options.folder)}"; masterfile-format text;`,
      `    allow-notify { key "${key}"; }; allow-query { none; }; allow-transfer { none; }; notify no;`,
      "    min-refresh-time 1; min-retry-time 1; request-ixfr yes;",
      "  };",
    ]),
    `  response-policy { ${policies} } qname-wait-recurse no nsip-wait-recurse no break-dnssec yes;`,
    "};",
  ];
}
