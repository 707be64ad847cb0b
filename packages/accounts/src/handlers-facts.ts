import { ok } from "@causeway/base";
import { getCapabilities, getVersions, getWellKnown } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";

/** The versions of the client-server API whose ground is covered (client-server API, "API standards"). */
const VERSIONS = ["r0.6.1", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11", "v1.12"];

/** Proposals that clients ask for by their unstable names and that work here. */
const UNSTABLE = {
  "org.matrix.msc3814": true,
  "org.matrix.msc4222": true,
  "org.matrix.e2e_cross_signing": true,
  "org.matrix.msc3440.stable": true,
  "org.matrix.msc3771": true,
  "org.matrix.msc3773": true,
} as const;

const STABLE_ROOM_VERSIONS = ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

/** What the server says of itself. */
export function factRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(getVersions, () => ok({ versions: VERSIONS, unstable_features: UNSTABLE })),
    serve(getWellKnown, () => ok({ "m.homeserver": { base_url: core.options.publicUrl } })),
    serve(getCapabilities, () =>
      ok({
        capabilities: {
          "m.change_password": { enabled: true },
          "m.room_versions": { default: "12", available: Object.fromEntries(STABLE_ROOM_VERSIONS.map((version) => [version, "stable"])) },
          "m.set_displayname": { enabled: false },
          "m.set_avatar_url": { enabled: true },
          "m.3pid_changes": { enabled: false },
          "m.get_login_token": { enabled: false },
        },
      }),
    ),
  ];
}
