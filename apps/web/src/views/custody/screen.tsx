import "./custody.css";
import "../access/access.css";
import "../settings/settings.css";
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { useTexts } from "../../ui/texts.tsx";

/** A screen of its own under the settings. */
export function CustodyScreen({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  const { t } = useTexts();
  return (
    <div className="settings custody-screen">
      <Link to="/settings" className="custody-screen__back">
        <ArrowLeft size={16} aria-hidden />
        {t("custody.toSettings")}
      </Link>
      <h1>{title}</h1>
      {children}
    </div>
  );
}
