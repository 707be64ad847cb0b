import type { Browser } from "./ports.ts";
import type { BrowserRule } from "./rules.ts";

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
