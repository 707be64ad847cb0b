import "@fontsource/noto-color-emoji/400.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./views/shell/shell.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import wasmUrl from "virtual:crypto-wasm";
import { AppModel } from "./client/app.ts";
import { PreferencesModel } from "./client/preferences.ts";
import { localShelf } from "./client/session/session.ts";
import { takeReturn } from "./client/session/sign-on.ts";
import { loadTexts } from "./i18n/i18n.ts";
import { PageContext } from "./app/workspace-context.tsx";
import { createAppRouter } from "./app/router.tsx";
import { Language } from "./views/shell/language.tsx";

const shelf = localShelf();
const preferences = new PreferencesModel(shelf, navigator.languages);
const app = new AppModel({
  server: location.origin,
  shelf,
  // The Matrix client is a chunk of its own, loaded when somebody signs in.
  open: async (session, options) => {
    const { openWorkspace } = await import("./client/workspace.ts");
    return await openWorkspace(session, { server: location.origin, shelf, preferences, ...options });
  },
});
const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 30_000 } } });

async function start(): Promise<void> {
  const back = takeReturn(shelf, new URL(location.href), Date.now());
  // A token leaves the address, and the history, before anything else can see it.
  if (back !== undefined) history.replaceState(null, "", back.path);
  const router = createAppRouter();
  const texts = await loadTexts(preferences.snapshot().locale);
  const place = document.getElementById("root");
  if (place === null) throw new Error("the page has no place for the app");
  app.resume(back);
  createRoot(place).render(
    <StrictMode>
      <PageContext value={{ app, preferences }}>
        <QueryClientProvider client={queries}>
          <Language first={texts}>
            <RouterProvider router={router} />
          </Language>
        </QueryClientProvider>
      </PageContext>
    </StrictMode>,
  );
  warmUp();
}

/** While somebody types a password: the encryption library comes, and the service worker that keeps it. */
function warmUp(): void {
  fetch(wasmUrl, { priority: "low" }).catch(() => undefined);
  navigator.serviceWorker?.register("/sw.js").catch(() => undefined);
}

await start();
