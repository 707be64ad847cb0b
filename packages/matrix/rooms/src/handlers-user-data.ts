import { failure, NotCanonicalError, ok, type Result, type UserId } from "@causeway/base";
import {
  createFilter,
  deletePushRule,
  deleteTag,
  getAccountData,
  getFilter,
  getGlobalPushRules,
  getPushRule,
  getPushRuleActions,
  getPushRuleEnabled,
  getPushRules,
  getRoomAccountData,
  getTags,
  putAccountData,
  putPushRule,
  putPushRuleActions,
  putPushRuleEnabled,
  putRoomAccountData,
  putTag,
} from "@causeway/contract";
import {
  changeRule,
  findRule,
  putRule,
  removeRule,
  type PushCondition,
  type PushRule,
  type RuleKind,
} from "@causeway/matrix-push-rules";
import { serve, type Caller, type Route } from "@causeway/platform";
import type { UserData } from "./user-data.ts";

const MAX_TAGS = 100;

/** A refusal when a path names somebody else. */
function notOwn(caller: Caller, user: UserId): Result<never> | undefined {
  return caller.user === user ? undefined : failure("M_FORBIDDEN", "This belongs to somebody else.");
}

/** The endpoints of account data, tags, filters and push rules. */
export function userDataRoutes(data: UserData): readonly Route[] {
  return [...accountDataRoutes(data), ...tagRoutes(data), ...filterRoutes(data), ...ruleRoutes(data)];
}

function accountDataRoutes(data: UserData): readonly Route[] {
  const read = async (
    user: UserId,
    which: { readonly roomId: string; readonly type: string },
  ): Promise<Result<object>> => {
    const content = await data.get(user, which);
    return content === undefined ? failure("M_NOT_FOUND", "There is no such account data.") : ok(content);
  };
  return [
    serve(
      getAccountData,
      ({ caller, params }) => notOwn(caller, params.userId) ?? read(caller.user, { roomId: "", type: params.type }),
    ),
    serve(
      putAccountData,
      ({ caller, params, body }) =>
        notOwn(caller, params.userId) ?? data.put(caller.user, { roomId: "", type: params.type }, body),
    ),
    serve(getRoomAccountData, ({ caller, params }) => notOwn(caller, params.userId) ?? read(caller.user, params)),
    serve(
      putRoomAccountData,
      ({ caller, params, body }) =>
        notOwn(caller, params.userId) ?? data.put(caller.user, { roomId: params.roomId, type: params.type }, body),
    ),
  ];
}

function tagRoutes(data: UserData): readonly Route[] {
  return [
    serve(
      getTags,
      async ({ caller, params }) =>
        notOwn(caller, params.userId) ?? ok({ tags: await data.tagsOf(caller.user, params.roomId) }),
    ),
    serve(
      putTag,
      ({ caller, params, body }) =>
        notOwn(caller, params.userId) ??
        data.editTags(caller.user, params.roomId, (before) => {
          const tags = { ...before, [params.tag]: body };
          return Object.keys(tags).length > MAX_TAGS ? failure("M_TOO_LARGE", "There are too many tags.") : ok(tags);
        }),
    ),
    serve(
      deleteTag,
      ({ caller, params }) =>
        notOwn(caller, params.userId) ??
        data.editTags(caller.user, params.roomId, ({ [params.tag]: _gone, ...tags }) => ok(tags)),
    ),
  ];
}

function filterRoutes(data: UserData): readonly Route[] {
  return [
    serve(createFilter, async ({ caller, params, body }) => {
      const refusal = notOwn(caller, params.userId);
      if (refusal !== undefined) return refusal;
      try {
        return await data.addFilter(caller.user, body);
      } catch (error) {
        if (error instanceof NotCanonicalError) return failure("M_BAD_JSON", `The filter has ${error.message}.`);
        throw error;
      }
    }),
    serve(getFilter, async ({ caller, params }) => {
      const refusal = notOwn(caller, params.userId);
      if (refusal !== undefined) return refusal;
      const filter = await data.filterOf(caller.user, params.filterId);
      return typeof filter === "object" && filter !== null
        ? ok(filter)
        : failure("M_NOT_FOUND", "There is no such filter.");
    }),
  ];
}

function ruleRoutes(data: UserData): readonly Route[] {
  const one = async (
    user: UserId,
    which: { readonly kind: RuleKind; readonly ruleId: string },
    view: (rule: PushRule) => object,
  ): Promise<Result<object>> => {
    const rule = findRule(await data.rulesOf(user), which.kind, which.ruleId);
    return rule === undefined ? failure("M_NOT_FOUND", "There is no such rule.") : ok(view(rule));
  };
  const change = (user: UserId, which: Parameters<typeof changeRule>[2]): Promise<Result<object>> =>
    data.editRules(user, (changes) => changeRule(user, changes, which));
  return [
    serve(getPushRules, async ({ caller }) => ok({ global: await data.rulesOf(caller.user) })),
    serve(getGlobalPushRules, async ({ caller }) => ok(await data.rulesOf(caller.user))),
    serve(getPushRule, ({ caller, params }) => one(caller.user, params, (rule) => rule)),
    serve(getPushRuleEnabled, ({ caller, params }) => one(caller.user, params, ({ enabled }) => ({ enabled }))),
    serve(getPushRuleActions, ({ caller, params }) => one(caller.user, params, ({ actions }) => ({ actions }))),
    serve(putPushRuleEnabled, ({ caller, params, body }) =>
      change(caller.user, { kind: params.kind, id: params.ruleId, set: { enabled: body.enabled } }),
    ),
    serve(putPushRuleActions, ({ caller, params, body }) =>
      change(caller.user, { kind: params.kind, id: params.ruleId, set: { actions: body.actions } }),
    ),
    serve(putPushRule, async ({ caller, params, query, body }) => {
      const conditions = body.conditions?.map(conditionOf);
      if (conditions?.includes(undefined) === true)
        return failure("M_INVALID_PARAM", "body `conditions`: one has no kind");
      const wish = {
        id: params.ruleId,
        actions: body.actions,
        conditions: conditions?.filter((condition) => condition !== undefined),
        pattern: body.pattern,
        before: query.before,
        after: query.after,
      };
      return await data.editRules(caller.user, (changes) => putRule(changes, params.kind, wish));
    }),
    serve(deletePushRule, ({ caller, params }) =>
      data.editRules(caller.user, (changes) => removeRule(changes, params.kind, params.ruleId)),
    ),
  ];
}

function conditionOf(given: Readonly<Record<string, unknown>>): PushCondition | undefined {
  const { kind, ...rest } = given;
  return typeof kind === "string" ? { ...rest, kind } : undefined;
}
