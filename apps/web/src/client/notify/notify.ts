import type { MatrixClient } from "matrix-js-sdk";
import type { CausewayApi } from "../causeway-api.ts";
import type { Preferences } from "../preferences.ts";
import type { Shelf } from "../session/session.ts";
import type { ViewModel } from "../view-model.ts";
import { NotificationSettingsModel } from "./notification-settings.ts";
import { Notifier } from "./notifier.ts";
import { WebPushModel } from "./web-push.ts";

/** News: what is wanted of it, and where it is told. */
export interface Notify {
  readonly settings: NotificationSettingsModel;
  readonly notifier: Notifier;
  readonly webPush: WebPushModel;
  /** Tells nothing more. */
  stop(): void;
  /** Nothing of the account stays outside of the app. */
  forget(): Promise<void>;
}

/** Builds what tells of news. */
export function openNotify(parts: {
  readonly client: MatrixClient;
  readonly api: CausewayApi;
  readonly shelf: Shelf;
  readonly preferences: ViewModel<Preferences>;
}): Notify {
  const { client, preferences } = parts;
  const settings = new NotificationSettingsModel(client);
  const notifier = new Notifier(client, { preferences, isQuiet: settings.isQuiet });
  const { desktop } = notifier;
  const webPush = new WebPushModel({ ...parts, desktop, locale: () => preferences.snapshot().locale });
  return {
    settings,
    notifier,
    webPush,
    stop: () => notifier.stop(),
    forget: async () => {
      await Promise.allSettled([notifier.forget(), webPush.forget()]);
    },
  };
}
