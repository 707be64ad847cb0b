import { notice } from "./notice.ts";

/**
 * Runs in the pages of sites that are open without uploads, before their own scripts and in their own world: no file is chosen, dropped or
 * pasted there. What it needs it takes before the page can put something else in its place.
 *
 * NOTE It keeps honest people from sending a file by mistake. A page that works against it is stopped by the proxy, which lets only so
 * many bytes out.
 */

const MARK = Symbol.for("causeway.no-upload");
const { apply } = Reflect;
const preventDefault = taken("preventDefault");
const stopImmediatePropagation = taken("stopImmediatePropagation");
const composedPath = taken("composedPath");

/** A method of events as the browser has it. */
function taken(name: string): (event: Event) => unknown {
  const method: unknown = Reflect.get(Event.prototype, name);
  if (typeof method !== "function") throw new TypeError(`this browser's events have no ${name}`);
  return (event) => apply(method, event, []);
}

function targetOf(event: Event): unknown {
  const path = composedPath(event);
  return Array.isArray(path) ? path[0] : undefined;
}

function refuse(event: Event): void {
  preventDefault(event);
  stopImmediatePropagation(event);
  notice();
}

function isFileInput(found: unknown): found is HTMLInputElement {
  return found instanceof HTMLInputElement && found.type === "file";
}

function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") === true;
}

function listen(): void {
  const hear = (type: string, listener: (event: Event) => void): void =>
    window.addEventListener(type, listener, { capture: true, passive: false });
  hear("click", (event) => {
    if (isFileInput(targetOf(event))) refuse(event);
  });
  for (const type of ["change", "input"]) {
    hear(type, (event) => {
      const target = targetOf(event);
      if (!isFileInput(target) || target.value === "") return;
      target.value = "";
      refuse(event);
    });
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    hear(type, (event) => {
      if (!(event instanceof DragEvent) || !hasFiles(event.dataTransfer)) return;
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
      preventDefault(event);
      stopImmediatePropagation(event);
      if (type === "drop") notice();
    });
  }
  hear("paste", (event) => {
    if (event instanceof ClipboardEvent && hasFiles(event.clipboardData)) refuse(event);
  });
}

/** Inputs that are in no document tell nobody of a click, and pickers need no input. */
function replace(): void {
  for (const [holder, name] of [
    [HTMLElement.prototype, "click"],
    [HTMLInputElement.prototype, "showPicker"],
    [EventTarget.prototype, "dispatchEvent"],
  ] as const) {
    const before: unknown = Reflect.get(holder, name);
    if (typeof before !== "function") continue;
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...given: readonly unknown[]): unknown {
        const isClick = name !== "dispatchEvent" || (given[0] instanceof Event && given[0].type === "click");
        if (!isFileInput(this) || !isClick) return apply(before, this, given);
        notice();
        return name === "dispatchEvent" ? false : undefined;
      },
    });
  }
  for (const name of ["showOpenFilePicker", "showDirectoryPicker"]) {
    if (!(name in window)) continue;
    const value = async (): Promise<never> => {
      notice();
      throw new DOMException("The user aborted a request.", "AbortError");
    };
    Object.defineProperty(window, name, { configurable: true, writable: true, value });
  }
}

if (!Reflect.has(window, MARK)) {
  Object.defineProperty(window, MARK, { value: true });
  listen();
  replace();
}
