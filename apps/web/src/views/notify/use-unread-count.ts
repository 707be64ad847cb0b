import { useEffect } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** The number of unread messages in the title, on the app's icon where the system has one, and a dot on the page's. */
export function useUnreadCount(): void {
  const { t } = useTexts();
  const { rooms } = useWorkspace();
  const { unread } = useViewModel(rooms);
  const name = t("app.name");
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon !== null) icon.href = unread > 0 ? "/icon-unread.svg" : "/icon.svg";
    badge(unread);
  }, [unread, name]);
  // Whoever has signed out has nothing unread here.
  useEffect(
    () => () => {
      document.title = "Causeway";
      const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
      if (icon !== null) icon.href = "/icon.svg";
      badge(0);
    },
    [],
  );
}

function badge(unread: number): void {
  if (!("setAppBadge" in navigator)) return;
  void (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined);
}
