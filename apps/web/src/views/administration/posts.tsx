import { useQuery } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { departments, postsOf } from "../../client/administration/administration.ts";
import { nameFor } from "../../client/directory/people.ts";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable, Waiting } from "./parts.tsx";

/** The posts of a department with whoever has them. They are changed by imports. */
export function Posts(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const [chosen, setChosen] = useState("");
  const { data: all, error } = useQuery({ queryKey: ["departments"], queryFn: () => departments(api) });
  const code = chosen === "" ? (all?.[0]?.code ?? "") : chosen;
  const { data: posts } = useQuery({
    queryKey: ["posts", code],
    queryFn: () => postsOf(api, code),
    enabled: code !== "",
  });
  if (all === undefined) return <Waiting error={error} />;
  if (all.length === 0) return <p>{t("admin.noDepartments")}</p>;
  return (
    <>
      <label className="admin__choice">
        {t("admin.department")}
        <select value={code} onChange={(event) => setChosen(event.target.value)}>
          {all.map((one) => (
            <option key={one.code} value={one.code}>
              {one.code} · {nameFor(locale, one.name)}
            </option>
          ))}
        </select>
      </label>
      <AdminTable name={t("admin.posts")} heads={[t("admin.post"), t("admin.holder"), t("admin.acting")]}>
        {posts?.map((post) => (
          <tr key={post.id}>
            <th scope="row">
              {post.code}
              <span className="small quiet admin__under">{nameFor(locale, post.title)}</span>
            </th>
            <td data-head={t("admin.holder")}>{post.holder || t("admin.vacant")}</td>
            <td {...(post.acting === "" ? {} : { "data-head": t("admin.acting") })}>{post.acting}</td>
          </tr>
        ))}
      </AdminTable>
    </>
  );
}
