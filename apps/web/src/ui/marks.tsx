import type { JSX } from "react";
import { initialsOf } from "../client/people.ts";
import type { Label } from "../client/rooms/label.ts";
import { useTexts } from "./texts.tsx";

/** A room's label; always with its word. */
export function LabelMark({ label }: { label: Label }): JSX.Element {
  const { t } = useTexts();
  return <span className={`mark mark--${label}`}>{t(`label.${label}`)}</span>;
}

/** The mark of people from outside and of rooms with them: orange, the word, the organisation. */
export function ExternalMark({ organisation }: { organisation?: string | undefined }): JSX.Element {
  const { t } = useTexts();
  return (
    <span className="mark mark--external">
      {organisation === undefined ? t("external.mark") : t("external.from", { organisation })}
    </span>
  );
}

/** A person or a room by the first character of its name. */
export function Avatar({
  name,
  look = "person",
  isExternal = false,
}: {
  name: string;
  look?: "person" | "room" | "small";
  isExternal?: boolean;
}): JSX.Element {
  const kind = look === "person" ? "" : ` avatar--${look}`;
  return (
    <span className={`avatar${kind}${isExternal ? " avatar--external" : ""}`} aria-hidden>
      {initialsOf(name)}
    </span>
  );
}
