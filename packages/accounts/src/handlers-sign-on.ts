import { ok } from "@causeway/base";
import { authFallback, getLoginToken, ssoCallback, ssoRedirect, ssoRedirectTo } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";
import { page, says } from "./sign-on/pages.ts";

/** Signing in with providers, and letting a further device in. */
export function signOnRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(ssoRedirect, async ({ query }) =>
      ok(await core.signOn.begin({ id: undefined, redirectUrl: query.redirectUrl })),
    ),
    serve(ssoRedirectTo, async ({ params, query }) =>
      ok(await core.signOn.begin({ id: params.idpId, redirectUrl: query.redirectUrl })),
    ),
    serve(ssoCallback, async ({ params, query, headers }) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        for (const one of typeof value === "string" ? [value] : value) search.append(name, one);
      }
      const text = `?${search.toString()}`;
      return ok(await core.signOn.end({ id: params.idpId, query: text, cookies: headers["cookie"] }));
    }),
    serve(authFallback, async ({ params, query }) =>
      ok(
        params.authType === "m.login.sso"
          ? await core.signOn.prove(query.session)
          : page({ status: 404, said: says.noProvider }),
      ),
    ),
    serve(getLoginToken, async ({ caller, body, ip }) => {
      const passed = await core.check(caller, "login token", body.auth, ip);
      if (!passed.done) return ok(passed.reply);
      const token = await core.loginTokens.issue(caller.user);
      return ok({ login_token: token, expires_in_ms: core.loginTokens.lastMs });
    }),
  ];
}
