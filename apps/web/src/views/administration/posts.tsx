import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  abolishPost,
  endAppointment,
  insideOf,
  type DepartmentInside,
  type HolderView,
  type PostRow,
} from "../../client/administration/posts.ts";
import { nameFor } from "../../client/directory/people.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useDepartmentChoice } from "./department-choice.tsx";
import { RowMenu, SureButton } from "./forms.tsx";
import { AdminTable, Waiting } from "./parts.tsx";
import { AppointForm, PostForm } from "./post-forms.tsx";

type Doing = { readonly kind: "add" } | { readonly kind: "edit" | "appoint"; readonly post: PostRow };

/** The posts of a department with whoever has them: entered, changed, filled and vacated one at a time. */
export function Posts(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { code, element } = useDepartmentChoice();
  const [doing, setDoing] = useState<Doing>();
  const { data, error } = useQuery({
    queryKey: ["posts", code],
    queryFn: () => insideOf(api, code),
    enabled: code !== "",
    retry: false,
  });
  const close = (): void => setDoing(undefined);
  return (
    <>
      {element}
      {code === "" ? null : (
        <div>
          <Button icon={Plus} onPress={() => setDoing({ kind: "add" })}>
            {t("posts.add")}
          </Button>
        </div>
      )}
      {code !== "" && data === undefined ? <Waiting error={error} /> : null}
      {data?.posts.length === 0 ? <p className="quiet">{t("posts.none")}</p> : null}
      {data === undefined || data.posts.length === 0 ? null : (
        <AdminTable
          name={t("admin.posts")}
          heads={[t("admin.post"), t("admin.holder"), t("admin.acting"), t("admin.actions")]}
        >
          {data.posts.map((post) => (
            <Row key={post.id} post={post} inside={data} onDo={(kind) => setDoing({ kind, post })} />
          ))}
        </AdminTable>
      )}
      {data !== undefined && doing?.kind === "add" ? (
        <PostForm department={code} post={undefined} units={data.units} onClose={close} />
      ) : null}
      {data !== undefined && doing?.kind === "edit" ? (
        <PostForm department={code} post={doing.post} units={data.units} onClose={close} />
      ) : null}
      {doing?.kind === "appoint" ? <AppointForm post={doing.post} onClose={close} /> : null}
    </>
  );
}

function Row(props: {
  post: PostRow;
  inside: DepartmentInside;
  onDo: (kind: "edit" | "appoint") => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { post } = props;
  const { code: name } = post;
  const unit = props.inside.units.find(({ id }) => id === post.unit);
  const under = [nameFor(locale, post.title), ...(unit === undefined ? [] : [nameFor(locale, unit.name) || unit.code])];
  return (
    <tr>
      <th scope="row">
        {name}
        {post.isHead ? ` · ${t("posts.head")}` : ""}
        <span className="small quiet admin__under">{under.join(" · ")}</span>
      </th>
      <td data-head={t("admin.holder")}>
        {post.holder === undefined ? t("admin.vacant") : <Holder holder={post.holder} post={post} />}
      </td>
      <td {...(post.acting === undefined ? {} : { "data-head": t("admin.acting") })}>
        {post.acting === undefined ? null : <Holder holder={post.acting} post={post} />}
      </td>
      <td>
        <div className="admin__actions">
          <Button aria-label={t("posts.appointNamed", { name })} onPress={() => props.onDo("appoint")}>
            {t("posts.appoint")}
          </Button>
          <RowMenu
            name={name}
            actions={[
              { id: "edit", text: t("policy.edit"), run: () => props.onDo("edit") },
              {
                id: "abolish",
                sure: {
                  text: t("posts.abolish"),
                  question: t("posts.abolishSure", { name }),
                  refresh: ["posts", "lookup"],
                  work: () => abolishPost(api, post.id),
                },
              },
            ]}
          />
        </div>
      </td>
    </tr>
  );
}

function Holder({ holder, post }: { holder: HolderView; post: PostRow }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const names = { name: holder.name, post: post.code };
  return (
    <div className="admin__actions">
      <span>
        <bdi>{holder.name}</bdi>
        {holder.until === undefined ? null : (
          <span className="small quiet admin__under">
            {t("posts.until", { when: momentText(locale, holder.until) })}
          </span>
        )}
      </span>
      <SureButton
        name={t("posts.endNamed", names)}
        look="plain"
        sure={{
          text: t("posts.end"),
          question: t("posts.endSure", names),
          refresh: ["posts", "lookup"],
          work: () => endAppointment(api, holder.appointmentId),
        }}
      />
    </div>
  );
}
