import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { addPost, appoint, changePost, type PostRow, type UnitRow } from "../../client/administration/posts.ts";
import { nameFor } from "../../client/directory/people.ts";
import { Check } from "../../ui/check.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { endOf, FormWindow, PersonField, useUserIdOf } from "./forms.tsx";
import { useAct } from "./use-act.ts";

/** A post as it is entered, or changed. */
export function PostForm(props: {
  department: string;
  post: PostRow | undefined;
  units: readonly UnitRow[];
  onClose: () => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { post, units } = props;
  const act = useAct("posts", "lookup");
  const [code, setCode] = useState(post?.code ?? "");
  const [titleEn, setTitleEn] = useState(post?.title.en ?? "");
  const [titleZh, setTitleZh] = useState(post?.title.zh ?? "");
  const [unit, setUnit] = useState(post?.unit ?? "");
  const [isHead, setHead] = useState(post?.isHead ?? false);
  return (
    <FormWindow
      title={post === undefined ? t("posts.add") : t("policy.editNamed", { name: post.code })}
      action={t("admin.save")}
      isWhole={code.trim() !== "" && (titleEn.trim() !== "" || titleZh.trim() !== "")}
      act={act}
      work={() => {
        const wish = { code: code.trim(), titleEn: titleEn.trim(), titleZh: titleZh.trim(), unit, isHead };
        return post === undefined ? addPost(api, props.department, wish) : changePost(api, post.id, wish);
      }}
      onClose={props.onClose}
    >
      <Field label={t("posts.code")} value={code} onChange={setCode} isIdentifier isRequired autoFocus />
      <Field label={t("posts.titleEn")} value={titleEn} onChange={setTitleEn} />
      <Field label={t("posts.titleZh")} value={titleZh} onChange={setTitleZh} />
      {units.length === 0 ? null : (
        <Select
          label={t("posts.unit")}
          value={unit}
          options={[
            { id: "", text: t("posts.noUnit") },
            ...units.map((one) => ({ id: one.id, text: `${one.code} · ${nameFor(locale, one.name)}` })),
          ]}
          onChange={setUnit}
        />
      )}
      <Check isOn={isHead} onChange={setHead}>
        {t("posts.isHead")}
      </Check>
    </FormWindow>
  );
}

/** Somebody is given a post, or acts in it until a day. */
export function AppointForm({ post, onClose }: { post: PostRow; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const userIdOf = useUserIdOf();
  const act = useAct("posts", "lookup");
  const [person, setPerson] = useState("");
  const [kind, setKind] = useState<"substantive" | "acting">(post.holder === undefined ? "substantive" : "acting");
  const [until, setUntil] = useState("");
  const userId = userIdOf(person);
  const ends = endOf(until);
  return (
    <FormWindow
      title={t("posts.appointNamed", { name: post.code })}
      action={t("posts.appoint")}
      isWhole={userId !== undefined && (kind === "substantive" || ends !== undefined)}
      act={act}
      work={() =>
        appoint(api, post.id, {
          ...{ userId: userId ?? "", isActing: kind === "acting" },
          ...(ends === undefined ? {} : { until: ends }),
        })
      }
      onClose={onClose}
    >
      <PersonField value={person} onChange={setPerson} />
      <Choice
        label={t("posts.kind")}
        value={kind}
        options={[
          { id: "substantive", text: t("posts.substantive") },
          { id: "acting", text: t("admin.acting") },
        ]}
        onChange={setKind}
      />
      <Field
        type="date"
        label={t(kind === "acting" ? "roles.until" : "roles.untilOptional")}
        value={until}
        onChange={setUntil}
        isRequired={kind === "acting"}
      />
    </FormWindow>
  );
}
