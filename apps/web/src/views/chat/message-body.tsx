import type { JSX } from "react";
import type { PersonView } from "../../client/people.ts";
import type { MessageContent } from "../../client/timeline/content.ts";
import { partsOf } from "../../client/timeline/links.ts";
import { useTexts } from "../../ui/texts.tsx";
import { CardBody } from "../cards/card-body.tsx";
import { FileBody } from "../media/file-body.tsx";

/** Draws what a message carries. A new kind of content gets its case here and a component of its own. */
export function MessageBody({ content, sender }: { content: MessageContent; sender: PersonView }): JSX.Element {
  const { t } = useTexts();
  switch (content.kind) {
    case "text":
      return <Text text={content.text} isQuiet={content.isNotice} isAction={content.isAction} />;
    case "image":
    case "video":
    case "audio":
    case "file":
      return (
        <>
          <FileBody content={content} />
          {content.caption === "" ? null : <Text text={content.caption} isQuiet={false} isAction={false} />}
        </>
      );
    case "card":
      return <CardBody card={content.card} sender={sender} />;
    case "unknown":
      return content.text === "" ? (
        <p className="message__placeholder">{t("message.unknown")}</p>
      ) : (
        <Text text={content.text} isQuiet={false} isAction={false} />
      );
    case "deleted":
    case "waiting":
    case "unreadable":
      return <p className="message__placeholder">{t(`message.${content.kind}`)}</p>;
  }
}

function Text({ text, isQuiet, isAction }: { text: string; isQuiet: boolean; isAction: boolean }): JSX.Element {
  return (
    <p className={`message__text${isQuiet ? " quiet" : ""}${isAction ? " message__text--action" : ""}`} dir="auto">
      {partsOf(text).map((part, index) =>
        part.kind === "plain" ? (
          part.text
        ) : (
          <a key={index} href={part.href} target="_blank" rel="noreferrer noopener nofollow" dir="ltr">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
}
