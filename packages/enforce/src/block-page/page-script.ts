/**
 * The page's script: asks whether the address is open by now, says so when it is, and shows the way there. It never goes there by
 * itself. Without it the page explains just as well.
 */
export const pageScript = `"use strict";
(() => {
  const main = document.querySelector("main");
  const state = document.getElementById("state");
  const waiting = document.getElementById("waiting");
  if (!main || !state) return;
  const { url, hint, open, until, offset } = main.dataset;
  if (waiting) waiting.hidden = false;
  const query = new URLSearchParams({ url, known: "closed" });
  if (hint) query.set("machine_hint", hint);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const timeOf = (ms) => new Date(ms + Number(offset) * 60000).toISOString().slice(0, 16).replace("T", " ");
  const show = (answer) => {
    state.querySelector("strong").textContent = answer.until ? until.replace("{until}", timeOf(answer.until)) : open;
    state.hidden = false;
    if (waiting) waiting.hidden = true;
    document.title = "✓ " + document.title;
  };
  const watch = async () => {
    for (;;) {
      const began = Date.now();
      try {
        const answer = await fetch("/causeway/v1/blocked/state?" + query, { cache: "no-store", credentials: "omit" });
        if (answer.ok) {
          const said = await answer.json();
          if (said.open === true) return show(said);
        } else await pause(answer.status === 429 ? 15000 : 5000);
      } catch {
        await pause(5000);
      }
      if (Date.now() - began < 1000) await pause(2000);
    }
  };
  void watch();
})();
`;
