/** As much of the library's types as is used; it has none of its own. */
declare module "web-push" {
  interface Subscription {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  }
  interface RequestDetails {
    readonly method: string;
    readonly headers: Readonly<Record<string, string | number>>;
    readonly body: Buffer | null;
    readonly endpoint: string;
  }
  const webPush: {
    generateVAPIDKeys(): { readonly publicKey: string; readonly privateKey: string };
    generateRequestDetails(subscription: Subscription, payload: string, options: object): RequestDetails;
  };
  export = webPush;
}
