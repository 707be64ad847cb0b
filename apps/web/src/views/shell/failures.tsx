import { Link } from "@tanstack/react-router";
import type { JSX } from "react";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** An address that leads nowhere. */
export function NotFound(): JSX.Element {
  const { t } = useTexts();
  return (
    <div className="empty">
      <p>{t("app.notFound")}</p>
      <Link to="/chat">{t("app.toChat")}</Link>
    </div>
  );
}

/** A screen that broke. Drafts are kept outside of it. */
export function ScreenFailed(): JSX.Element {
  const { t } = useTexts();
  return (
    <div className="empty" role="alert">
      <p>{t("app.failed")}</p>
      <Button onPress={() => location.reload()}>{t("app.reload")}</Button>
    </div>
  );
}
