import { Outlet } from "@tanstack/react-router";
import type { JSX } from "react";
import { usePage, WorkspaceContext } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { SignInScreen } from "../sign-in/sign-in-screen.tsx";
import { Shell } from "./shell.tsx";

/** Shows the sign-in, the wait, or the app. The address stays, so that a link leads on after the sign-in. */
export function Root(): JSX.Element {
  const { app } = usePage();
  const { t, say } = useTexts();
  const state = useViewModel(app);
  switch (state.step) {
    case "signed-out":
      return <SignInScreen busy={state.busy} {...(state.fault === undefined ? {} : { fault: say(state.fault) })} />;
    case "starting":
    case "leaving":
      return (
        <main className="empty" aria-busy>
          <p role="status">{t(state.step === "starting" ? "app.starting" : "app.leaving")}</p>
        </main>
      );
    case "elsewhere":
      return (
        <main className="empty">
          <p>{t("app.elsewhere")}</p>
          <Button look="main" onPress={() => void app.useHere()}>
            {t("app.useHere")}
          </Button>
        </main>
      );
    case "failed":
      return (
        <main className="empty" role="alert">
          <p>{say(state.fault)}</p>
          <div className="dialog__actions">
            <Button onPress={() => location.reload()}>{t("app.reload")}</Button>
            <Button onPress={() => void app.signOut()}>{t("settings.signOut")}</Button>
          </div>
        </main>
      );
    case "ready":
      return (
        <WorkspaceContext value={state.workspace}>
          <Shell>
            <Outlet />
          </Shell>
        </WorkspaceContext>
      );
  }
}
