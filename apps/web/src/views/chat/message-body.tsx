import type { JSX } from "react";
import type { MessageItem } from "../../client/timeline/items.ts";
import { useTexts } from "../../ui/texts.tsx";
import { CardBody } from "../cards/card-body.tsx";
import { FileBody } from "../media/file-body.tsx";
import { PollBody } from "../polls/poll-body.tsx";
import { MessageText } from "./message-text.tsx";

/** Draws what a message carries. A new kind of content gets its case here and a component of its own. */
export function MessageBody({ item, roomId }: { item: MessageItem; roomId: string }): JSX.Element {
  const { content, sender } = item;
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
    case "poll":
      return <PollBody poll={content.poll} item={item} roomId={roomId} />;
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
