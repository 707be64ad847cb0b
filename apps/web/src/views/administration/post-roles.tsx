import type { PostRole } from "@causeway/contract";
import { useQuery } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { insideOf, setPostRoles, type PostRow } from "../../client/administration/posts.ts";
import { postRoles } from "../../client/administration/role-grants.ts";
import { nameFor } from "../../client/directory/people.ts";
import { Button } from "../../ui/button.tsx";
import { Check } from "../../ui/check.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useDepartmentChoice } from "./department-choice.tsx";
import { FormWindow } from "./forms.tsx";
import { AdminTable } from "./parts.tsx";
import { useAct } from "./use-act.ts";

/** Which roles posts carry: whoever has the post, or acts in it, has them. Never an administrator's. */
export function PostRoles(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { code, element } = useDepartmentChoice();
  const [edited, setEdited] = useState<PostRow>();
  const { data } = useQuery({
    queryKey: ["posts", code],
    queryFn: () => insideOf(api, code),
    enabled: code !== "",
    retry: false,
  });
  return (
    <section className="admin__section" aria-labelledby="post-roles">
      <h2 id="post-roles" className="admin__heading">
        {t("roles.ofPosts")}
      </h2>
      <p className="small quiet">{t("roles.ofPostsWhy")}</p>
      {element}
      <AdminTable
        name={t("admin.posts")}
        heads={[t("admin.post"), t("admin.holder"), t("admin.roles"), t("admin.actions")]}
      >
        {data?.posts.map((post) => (
          <tr key={post.id}>
            <th scope="row">
              {post.code}
              <span className="small quiet admin__under">{nameFor(locale, post.title)}</span>
            </th>
            <td>{post.acting?.name ?? post.holder?.name ?? t("admin.vacant")}</td>
            <td>{post.roles.map((role) => t(`role.${role}`)).join(t("policy.comma"))}</td>
            <td>
              <Button aria-label={t("policy.editNamed", { name: post.code })} onPress={() => setEdited(post)}>
                {t("policy.edit")}
              </Button>
            </td>
          </tr>
        ))}
      </AdminTable>
      {edited === undefined ? null : <Edit post={edited} onClose={() => setEdited(undefined)} />}
    </section>
  );
}

function Edit({ post, onClose }: { post: PostRow; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const act = useAct("posts");
  const [roles, setRoles] = useState<readonly PostRole[]>(post.roles);
  return (
    <FormWindow
      title={t("roles.changeNamed", { name: post.code })}
      action={t("admin.save")}
      isWhole
      act={act}
      work={() => setPostRoles(api, post.id, roles)}
      onClose={onClose}
    >
      <fieldset className="fieldset">
        <legend>{t("admin.roles")}</legend>
        {postRoles.map((role) => (
          <Check
            key={role}
            isOn={roles.includes(role)}
            onChange={(isOn) => setRoles(isOn ? [...roles, role] : roles.filter((one) => one !== role))}
          >
            {t(`role.${role}`)}
          </Check>
        ))}
      </fieldset>
    </FormWindow>
  );
}
