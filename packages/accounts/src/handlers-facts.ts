import { ok } from "@causeway/base";
import { getCapabilities, getVersions, getWellKnown } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";
import { ROOM_VERSIONS, SPEC_VERSIONS, UNSTABLE_FEATURES } from "./server-facts.ts";

/** What the server says of itself. */
export function factRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(getVersions, () => ok({ versions: SPEC_VERSIONS, unstable_features: UNSTABLE_FEATURES })),
    serve(getWellKnown, () => ok({ "m.homeserver": { base_url: core.options.publicUrl } })),
    serve(getCapabilities, ({ caller }) =>
      ok({
        capabilities: {
          ...(core.options.may(caller.user, "accounts.hold")
            ? { "m.account_moderation": { suspend: true, lock: true } }
            : {}),
          "m.change_password": { enabled: true },
          "m.room_versions": {
            default: core.options.defaultRoomVersion,
            available: Object.fromEntries(ROOM_VERSIONS.map((version) => [version, "stable"])),
          },
          // Names come from the directory and cannot be changed by the person.
          "m.set_displayname": { enabled: false },
          "m.set_avatar_url": { enabled: true },
          "m.profile_fields": { enabled: true, allowed: ["avatar_url"] },
          "m.3pid_changes": { enabled: false },
          "m.get_login_token": { enabled: true },
          ...core.options.capabilities,
        },
      }),
    ),
  ];
}
