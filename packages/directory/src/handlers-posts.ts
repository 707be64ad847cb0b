import { ok } from "@causeway/base";
import {
  abolishPost,
  addPost,
  appoint,
  changePost,
  endAppointment,
  findPost,
  getPost,
  setPostRoles,
} from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import { setPostRoles as setRoles } from "./actions.ts";
import type { DirectoryCore } from "./core.ts";
import { unknown } from "./errors.ts";
import { planAppointment, planAppointmentEnd } from "./plan-appointments.ts";
import { openPostOr, planPost, planPostAbolition, planPostChange } from "./plan-posts.ts";
import { openDepartmentOr } from "./plan-units.ts";
import { postAt } from "./questions.ts";
import { heldPostView, postView } from "./views.ts";

/** Posts, and who has them. */
export function postRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(getPost, ({ params, now }) => {
      const found = state.posts.get(params.postId);
      return found === undefined ? unknown("post") : ok(postView(state, found, now));
    }),
    serve(findPost, ({ params, now }) => {
      const found = postAt(state, params.code, params.postCode);
      return found === undefined ? unknown("post") : ok(postView(state, found, now));
    }),
    serve(addPost, async ({ caller, params, body, now }) => {
      const wish = {
        code: body.code,
        titleEn: body.title_en,
        titleZh: body.title_zh,
        unit: body.unit,
        isHead: body.is_head,
      };
      const act = { caller, action: "directory.write", act: "post.entered", on: params.code } as const;
      const done = await core.act(act, (planning) => {
        const department = openDepartmentOr(planning.draft, params.code);
        return department.ok ? planPost(planning, department.value, wish) : department;
      });
      return done.ok ? ok(postView(state, done.value, now)) : done;
    }),
    serve(changePost, async ({ caller, params, body, now }) => {
      const wish = {
        code: body.code,
        titleEn: body.title_en,
        titleZh: body.title_zh,
        unit: body.unit,
        isHead: body.is_head,
      };
      const act = { caller, action: "directory.write", act: "post.changed", on: params.postId } as const;
      const done = await core.act(act, (planning) => planPostChange(planning, params.postId, wish));
      return done.ok ? ok(postView(state, done.value, now)) : done;
    }),
    serve(abolishPost, async ({ caller, params, now }) => {
      const act = { caller, action: "directory.write", act: "post.abolished", on: params.postId } as const;
      const done = await core.act(act, (planning) => planPostAbolition(planning, params.postId));
      return done.ok ? ok(postView(state, done.value, now)) : done;
    }),
    serve(setPostRoles, async ({ caller, params, body, now }) => {
      const done = await setRoles(core, caller.user, { post: params.postId, roles: body.roles });
      return done.ok ? ok(postView(state, done.value, now)) : done;
    }),
    ...appointmentRoutes(core),
  ];
}

function appointmentRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(appoint, async ({ caller, params, body, now }) => {
      const wish = { userId: body.user_id, kind: body.kind, from: body.from, until: body.until };
      const act = { caller, action: "directory.write", act: `appointed.${body.kind}`, on: params.postId } as const;
      const done = await core.act(act, (planning) => {
        const post = openPostOr(planning.draft, params.postId);
        return post.ok ? planAppointment(planning, post.value, wish) : post;
      });
      return done.ok ? ok(heldPostView(state, done.value, now)) : done;
    }),
    serve(endAppointment, async ({ caller, params, body, now }) => {
      const act = { caller, action: "directory.write", act: "appointment.ended", on: params.appointmentId } as const;
      const done = await core.act(act, (planning) => planAppointmentEnd(planning, params.appointmentId, body.at));
      return done.ok ? ok(heldPostView(state, done.value, now)) : done;
    }),
  ];
}
