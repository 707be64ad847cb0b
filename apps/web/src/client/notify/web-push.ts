import type { MatrixClient } from "matrix-js-sdk";
import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { toBase64Url } from "../base64url.ts";
import type { CausewayApi } from "../causeway-api.ts";
import { partOf, textIn } from "../read-json.ts";
import type { Shelf } from "../session/session.ts";
import { Model } from "../view-model.ts";
import type { Desktop } from "./desktop.ts";

/** How it stands with news on this device while the app is closed. */
export type WebPushState =
  | { readonly is: "looking" | "unsupported" | "not-offered" | "blocked" | "off" | "on" | "failed" }
  /** The operator has not named the push service of this browser. */
  | { readonly is: "host-refused"; readonly host: string }
  /** The browser could not reach its push service. */
  | { readonly is: "unreachable" };

/** What is shown, and whether something is being done. */
export interface WebPushView {
  readonly state: WebPushState;
  readonly isBusy: boolean;
}

interface Offer {
  readonly appId: string;
  readonly key: string;
}

const SHELF_KEY = "causeway.webPush";
/** A browser that cannot reach its push service waits for it without end. */
const SUBSCRIBE_MS = 20_000;

/** News while the app is closed, by the push service of the browser. Off until the person switches it on. */
export class WebPushModel extends Model<WebPushView> {
  #client: MatrixClient;
  #api: CausewayApi;
  #shelf: Shelf;
  #desktop: Desktop;
  #locale: () => string;

  constructor(parts: {
    readonly client: MatrixClient;
    readonly api: CausewayApi;
    readonly shelf: Shelf;
    readonly desktop: Desktop;
    readonly locale: () => string;
  }) {
    super({ state: { is: "looking" }, isBusy: false });
    this.#client = parts.client;
    this.#api = parts.api;
    this.#shelf = parts.shelf;
    this.#desktop = parts.desktop;
    this.#locale = parts.locale;
  }

  protected override watched(): void {
    void this.#work(() => this.#look());
  }

  /** After a start: a subscription that the browser has renewed, or a pusher that is gone, is set again. */
  async keepUp(): Promise<void> {
    if (this.#shelf.getItem(SHELF_KEY) !== this.#client.getUserId() || this.#desktop.permission() !== "granted") return;
    const offer = await this.#offer();
    if (offer !== undefined) await this.#set(offer, await this.#subscribe(offer));
  }

  /** Subscribes, and asks the server to tell this browser. The browser asks the person, when it has not yet. */
  async switchOn(): Promise<void> {
    await this.#work(async () => {
      const offer = await this.#offer();
      if (offer === undefined) return { is: "not-offered" };
      if (!isSupported()) return { is: "unsupported" };
      if ((await this.#desktop.ask()) !== "granted")
        return this.#desktop.permission() === "denied" ? { is: "blocked" } : { is: "off" };
      let subscription: PushSubscription;
      try {
        subscription = await this.#subscribe(offer);
      } catch {
        return { is: "unreachable" };
      }
      return await this.#offerTo(offer, subscription);
    });
  }

  async #offerTo(offer: Offer, subscription: PushSubscription): Promise<WebPushState> {
    try {
      await this.#set(offer, subscription);
    } catch (error) {
      await subscription.unsubscribe().catch(() => undefined);
      if (error instanceof MatrixError && error.errcode === "PUSH_NOT_OFFERED")
        return { is: "host-refused", host: new URL(subscription.endpoint).host };
      throw error;
    }
    this.#shelf.setItem(SHELF_KEY, this.#client.getSafeUserId());
    return { is: "on" };
  }

  /** The server forgets this browser, and the browser its push service. */
  async switchOff(): Promise<void> {
    await this.#work(async () => {
      const subscription = await subscriptionNow();
      const offer = await this.#offer();
      if (subscription !== null && offer !== undefined)
        await this.#post({ kind: null, app_id: offer.appId, pushkey: keyOf(subscription, "p256dh") });
      await subscription?.unsubscribe();
      this.#shelf.removeItem(SHELF_KEY);
      return await this.#look();
    });
  }

  /** The session ends, and with it its pusher; the browser's subscription goes too. */
  async forget(): Promise<void> {
    this.#shelf.removeItem(SHELF_KEY);
    await (await subscriptionNow())?.unsubscribe();
  }

  async #work(work: () => Promise<WebPushState>): Promise<void> {
    if (this.snapshot().isBusy) return;
    this.patch({ isBusy: true });
    const state = await work().catch((): WebPushState => ({ is: "failed" }));
    this.set({ state, isBusy: false });
  }

  async #look(): Promise<WebPushState> {
    if ((await this.#offer()) === undefined) return { is: "not-offered" };
    if (!isSupported()) return { is: "unsupported" };
    if (this.#desktop.permission() === "denied") return { is: "blocked" };
    const subscription = await subscriptionNow();
    if (subscription === null || this.#shelf.getItem(SHELF_KEY) !== this.#client.getUserId()) return { is: "off" };
    const { pushers } = await this.#client.getPushers();
    const key = keyOf(subscription, "p256dh");
    return { is: pushers.some(({ pushkey }) => pushkey === key) ? "on" : "off" };
  }

  /** The key to subscribe with; undefined while the server offers no Web Push. */
  async #offer(): Promise<Offer | undefined> {
    const web = partOf(await this.#api.get("/push"), "web");
    const [appId, key] = [textIn(web, "app_id"), textIn(web, "key")];
    return appId === "" || key === "" ? undefined : { appId, key };
  }

  async #subscribe({ key }: Offer): Promise<PushSubscription> {
    const { pushManager } = await navigator.serviceWorker.ready;
    const before = await pushManager.getSubscription();
    if (before !== null && keyText(before.options.applicationServerKey) === key) return before;
    await before?.unsubscribe();
    return await Promise.race([
      pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
      new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error("the push service did not answer")), SUBSCRIBE_MS);
      }),
    ]);
  }

  async #set({ appId }: Offer, subscription: PushSubscription): Promise<void> {
    await this.#post({
      kind: "webpush",
      app_id: appId,
      pushkey: keyOf(subscription, "p256dh"),
      app_display_name: "Causeway",
      device_display_name: this.#client.getDeviceId() ?? "",
      lang: this.#locale(),
      data: { url: subscription.endpoint, auth: keyOf(subscription, "auth") },
      append: false,
    });
  }

  async #post(body: object): Promise<void> {
    await this.#client.http.authedRequest(Method.Post, "/pushers/set", {}, body);
  }
}

function isSupported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

async function subscriptionNow(): Promise<PushSubscription | null> {
  if (!isSupported()) return null;
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

function keyOf(subscription: PushSubscription, name: PushEncryptionKeyName): string {
  return keyText(subscription.getKey(name));
}

/** Bytes as the server writes them: base64url without padding. */
function keyText(bytes: ArrayBuffer | null): string {
  return toBase64Url(new Uint8Array(bytes ?? new ArrayBuffer(0)));
}
