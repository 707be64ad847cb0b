import type { HeldRules } from "./browser-model.ts";
import type { BrowserRule, PagesWithoutUpload } from "./rules.ts";

/** A tab and what it shows. */
export interface Tab {
  readonly id: number;
  readonly url: string;
}

/** What the guard has the browser do. */
export interface Browser {
  /** Replaces the rules that outlive the browser's end. */
  setLasting(rules: readonly BrowserRule[]): Promise<void>;
  /** Replaces those that do not. */
  setPassing(rules: readonly BrowserRule[]): Promise<void>;
  /** Replaces the pages on which no file is chosen, dropped or pasted, for those that are loaded from now on. */
  setWithoutUpload(pages: readonly PagesWithoutUpload[]): Promise<void>;
  /** The same for the page that a tab shows already. */
  endUpload(tab: number): Promise<void>;
  /** The rules that the browser really has. */
  rules(): Promise<HeldRules>;
  tabs(): Promise<readonly Tab[]>;
  /** Has a tab show an address; nothing when the tab is gone. */
  go(tab: number, url: string): Promise<void>;
  /** Keeps a value beyond the browser's end. */
  keep(name: string, value: unknown): Promise<void>;
  kept(name: string): Promise<unknown>;
  /** Keeps a value until the browser's end. */
  remember(name: string, value: unknown): Promise<void>;
  remembered(name: string): Promise<unknown>;
}
