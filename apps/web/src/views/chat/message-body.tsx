import type { JSX } from "react";
import type { PersonView } from "../../client/people.ts";
import type { MessageContent } from "../../client/timeline/content.ts";
import { useTexts } from "../../ui/texts.tsx";
import { CardBody } from "../cards/card-body.tsx";
import { FileBody } from "../media/file-body.tsx";
import { MessageText } from "./message-text.tsx";

/** Draws what a message carries. A new kind of content gets its case here and a component of its own. */
export function MessageBody({ content, sender }: { content: MessageContent; sender: PersonView }): JSX.Element {
  const { t } = useTexts();
  switch (content.kind) {
    case "text":
      return (
        <MessageText
          text={content.text}
          isQuiet={content.isNotice}
          isAction={content.isAction}
          mentions={content.mentions}
        />
      );
    case "image":
    case "video":
    case "audio":
    case "file":
      return (
        <>
          <FileBody content={content} />
          {content.caption === "" ? null : <MessageText text={content.caption} />}
        </>
      );
    case "card":
      return <CardBody card={content.card} sender={sender} />;
    case "unknown":
      return content.text === "" ? (
        <p className="message__placeholder">{t("message.unknown")}</p>
      ) : (
        <MessageText text={content.text} />
      );
    case "deleted":
    case "waiting":
    case "unreadable":
      return <p className="message__placeholder">{t(`message.${content.kind}`)}</p>;
  }
}
