import { Fragment, useMemo, type JSX, type ReactNode } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { blocksOf, type Block, type Inline } from "../../client/timeline/markdown.ts";
import type { Mention } from "../../client/timeline/mentions.ts";

const NOBODY: readonly Mention[] = [];

/** The words of a message, with its small Markdown drawn as elements: there is no HTML on the way. */
export function MessageText(props: {
  text: string;
  isQuiet?: boolean;
  isAction?: boolean;
  mentions?: readonly Mention[];
}): JSX.Element {
  const { text, mentions = NOBODY } = props;
  const { session } = useWorkspace();
  const blocks = useMemo(() => blocksOf(text, mentions), [text, mentions]);
  const look = `message__text${props.isQuiet === true ? " quiet" : ""}${props.isAction === true ? " message__text--action" : ""}`;
  const [only] = blocks;
  // Most messages are one paragraph: the fewest elements for them.
  if (blocks.length <= 1 && (only === undefined || only.kind === "paragraph")) {
    return (
      <p className={look} dir="auto">
        {only === undefined ? text : inlines(only.parts, session.userId)}
      </p>
    );
  }
  return (
    <div className={look} dir="auto">
      {blocks.map((block, at) => (
        <Fragment key={at}>{drawn(block, session.userId)}</Fragment>
      ))}
    </div>
  );
}

function drawn(block: Block, me: string): JSX.Element {
  switch (block.kind) {
    case "paragraph":
      return <p dir="auto">{inlines(block.parts, me)}</p>;
    case "code":
      return (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <pre className="message__code" dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote className="message__quote">
          {block.blocks.map((inner, at) => (
            <Fragment key={at}>{drawn(inner, me)}</Fragment>
          ))}
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item, at) => <li key={at}>{inlines(item, me)}</li>);
      return block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

function inlines(parts: readonly Inline[], me: string): ReactNode {
  return parts.map((part, at) => <Fragment key={at}>{inline(part, me)}</Fragment>);
}

function inline(part: Inline, me: string): ReactNode {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "bold":
      return <strong>{inlines(part.parts, me)}</strong>;
    case "italic":
      return <em>{inlines(part.parts, me)}</em>;
    case "strike":
      return <del>{inlines(part.parts, me)}</del>;
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noreferrer noopener nofollow" dir="ltr">
          {part.text}
        </a>
      );
    case "mention":
      return <span className={`mention${part.userId === me ? " mention--me" : ""}`}>{part.text}</span>;
  }
}
