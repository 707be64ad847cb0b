import { failure, ok, type Result } from "@causeway/base";
import { getPush, getPushers, setPusher } from "@causeway/contract";
import { serve, type Caller, type Route } from "@causeway/platform";
import type { z } from "zod";
import { isAllowedHost } from "./hosts.ts";
import type { Push } from "./push.ts";
import type { Pusher, PusherKind } from "./store.ts";

type Wish = z.output<NonNullable<(typeof setPusher)["body"]>>;

/** The app id of our own client, whose pushers the server serves by itself. */
const OWN_APP = "org.causeway.web";
const GATEWAY_PATH = "/_matrix/push/v1/notify";

/** The endpoints of pushers. */
export function pushRoutes(push: Push): readonly Route[] {
  return [
    serve(getPushers, ({ caller }) => ok({ pushers: push.of(caller.user).map(viewOf) })),
    serve(setPusher, async ({ caller, body, now }) => {
      if (body.kind === null) {
        await push.remove({ user: caller.user, appId: body.app_id, pushkey: body.pushkey });
        return ok({});
      }
      const pusher = pusherFrom(push, { wish: body, caller, now });
      return pusher.ok ? await push.set(pusher.value, body.append) : pusher;
    }),
    serve(getPush, () => {
      const { webHosts, keys } = push.options;
      return ok({ web: webHosts.length === 0 ? null : { app_id: OWN_APP, key: keys.publicKey } });
    }),
  ];
}

function pusherFrom(
  push: Push,
  from: { readonly wish: Wish; readonly caller: Caller; readonly now: number },
): Result<Pusher> {
  const { wish, caller, now } = from;
  const { app_display_name: appName, device_display_name: deviceName, lang, data } = wish;
  if (appName === undefined || deviceName === undefined || lang === undefined || data === undefined)
    return failure("M_MISSING_PARAM", "Needed: app_display_name, device_display_name, lang, data.");
  const kind = kindOf(wish.kind);
  if (kind === undefined) return failure("M_INVALID_PARAM", "This kind of pusher is not offered.");
  const fault = kind === "http" ? gatewayFault(data) : browserFault(push, wish, data);
  if (fault !== undefined) return fault;
  const profileTag = wish.profile_tag ?? "";
  const { user, device } = caller;
  const { app_id: appId, pushkey } = wish;
  return ok({ user, device, appId, pushkey, kind, appName, deviceName, profileTag, lang, data, ts: now });
}

function kindOf(text: string | null): PusherKind | undefined {
  if (text === "http") return "http";
  return text === "webpush" || text === "org.matrix.msc4174.webpush" ? "webpush" : undefined;
}

function gatewayFault(data: NonNullable<Wish["data"]>): Result<never> | undefined {
  if (data.url === undefined) return failure("M_MISSING_PARAM", "body `data.url`: is missing");
  const { pathname } = new URL(data.url);
  return pathname === GATEWAY_PATH
    ? undefined
    : failure("M_INVALID_PARAM", `body \`data.url\`: its path is not ${GATEWAY_PATH}`);
}

function browserFault(push: Push, wish: Wish, data: NonNullable<Wish["data"]>): Result<never> | undefined {
  const { webHosts } = push.options;
  if (webHosts.length === 0) return failure("PUSH_NOT_OFFERED", "Web Push is switched off here.");
  if (wish.app_id !== OWN_APP) return failure("M_INVALID_PARAM", `body \`app_id\`: is not ${OWN_APP}`);
  if (data.url === undefined || data.auth === undefined)
    return failure("M_MISSING_PARAM", "Needed: data.url and data.auth, as the browser's subscription has them.");
  if (!isAllowedHost(new URL(data.url), webHosts)) return failure("PUSH_NOT_OFFERED");
  const key = Buffer.from(wish.pushkey, "base64url");
  const isKey = key.length === 65 && key[0] === 4 && Buffer.from(data.auth, "base64url").length === 16;
  return isKey ? undefined : failure("M_INVALID_PARAM", "The keys are not those of a browser's subscription.");
}

function viewOf(pusher: Pusher): object {
  return {
    kind: pusher.kind,
    app_id: pusher.appId,
    pushkey: pusher.pushkey,
    app_display_name: pusher.appName,
    device_display_name: pusher.deviceName,
    ...(pusher.profileTag === "" ? {} : { profile_tag: pusher.profileTag }),
    lang: pusher.lang,
    data: pusher.data,
  };
}
