import type { Browser } from "./ports.ts";
import type { BrowserRule } from "./rules.ts";

/** What runs in pages without uploads: in every frame, before anything of theirs. */
const WITHOUT_UPLOAD = {
  js: ["no-upload.js"],
  allFrames: true,
  matchOriginAsFallback: true,
  runAt: "document_start",
  world: "MAIN",
} as const satisfies Partial<chrome.scripting.RegisteredContentScript>;

/** The guard's wishes, carried out by this browser. */
export const thisBrowser: Browser = {
  setLasting: async (rules) => {
    const before = await chrome.declarativeNetRequest.getDynamicRules();
    await chrome.declarativeNetRequest.updateDynamicRules(replacing(before, rules));
  },
  setPassing: async (rules) => {
    const before = await chrome.declarativeNetRequest.getSessionRules();
    await chrome.declarativeNetRequest.updateSessionRules(replacing(before, rules));
  },
  setWithoutUpload: async (pages) => {
    const ids = (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id);
    // The new ones first: at no moment is one of them missing.
    await chrome.scripting.registerContentScripts(
      pages.map((page) => ({ id: crypto.randomUUID(), ...page, ...WITHOUT_UPLOAD })),
    );
    if (ids.length > 0) await chrome.scripting.unregisterContentScripts({ ids });
  },
  endUpload: async (tab) => {
    const target = { tabId: tab, allFrames: true };
    const { js: files, world } = WITHOUT_UPLOAD;
    // The tab may be gone, or show an error or another page by now, which has it from its beginning. A script that is not there is complained of above.
    await chrome.scripting.executeScript({ target, files, world, injectImmediately: true }).catch(() => undefined);
  },
  rules: async () => {
    const [lasting, passing] = await Promise.all([
      chrome.declarativeNetRequest.getDynamicRules(),
      chrome.declarativeNetRequest.getSessionRules(),
    ]);
    return { lasting, passing };
  },
  tabs: async () => {
    const tabs = await chrome.tabs.query({});
    return tabs.flatMap(({ id, url }) => (id === undefined || url === undefined ? [] : [{ id, url }]));
  },
  go: async (tab, url) => {
    await chrome.tabs.update(tab, { url }).catch(() => undefined); // the tab may be gone
  },
  keep: async (name, value) => await chrome.storage.local.set({ [name]: value }),
  kept: async (name) => (await chrome.storage.local.get(name))[name],
  remember: async (name, value) => await chrome.storage.session.set({ [name]: value }),
  remembered: async (name) => (await chrome.storage.session.get(name))[name],
};

function replacing(
  before: readonly { readonly id: number }[],
  rules: readonly BrowserRule[],
): { readonly removeRuleIds: number[]; readonly addRules: chrome.declarativeNetRequest.Rule[] } {
  return { removeRuleIds: before.map(({ id }) => id), addRules: [...rules] };
}
