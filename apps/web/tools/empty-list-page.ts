import { createElement, useRef, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { Virtualizer } from "virtua";

const ROWS = 100_000;
const rows = Array.from({ length: ROWS }, (_, number) => number);

/** A list of the virtualiser that the timeline has, with rows in which nothing is. */
function EmptyList(): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const style = { height: "100vh", overflowY: "auto" } as const;
  const row = (number: number): ReactElement => createElement("div", { key: number, style: { height: 44 } });
  return createElement(
    "div",
    { ref: scroller, style, role: "log" },
    createElement(Virtualizer, { scrollRef: scroller, bufferSize: 300, children: rows.map(row) }),
  );
}

const root = document.createElement("div");
document.body.append(root);
createRoot(root).render(createElement(EmptyList));
