import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

interface Machine {
  bootstrapCrossSigning(reset: boolean): Promise<object>;
}

interface Sender {
  makeOutgoingRequest(
    request: unknown,
    interactive: (send: (auth: null) => Promise<unknown>) => unknown,
  ): Promise<void>;
}

/**
 * Tells the server the identity that this device holds. The server asks nothing for an account's first keys, nor for the same ones again.
 *
 * NOTE The SDK keeps a new identity before it sends it, and takes it for sent at the next start: a start that was cut short in between
 * would leave an account that has none. It has no public way to send it again, so its own parts are asked here.
 * @throws when the SDK has changed, or the server refuses
 */
export async function sendHeldIdentity(crypto: CryptoApi): Promise<void> {
  const machine: unknown = Reflect.get(crypto, "olmMachine");
  const sender: unknown = Reflect.get(crypto, "outgoingRequestProcessor");
  if (!isMachine(machine) || !isSender(sender)) throw new Error("the SDK keeps its parts elsewhere");
  const requests = await machine.bootstrapCrossSigning(false);
  for (const name of ["uploadKeysRequest", "uploadSigningKeysRequest", "uploadSignaturesRequest"]) {
    const request: unknown = Reflect.get(requests, name);
    if (request !== undefined) await sender.makeOutgoingRequest(request, (send) => send(null));
  }
}

function isMachine(found: unknown): found is Machine {
  return typeof Object(found).bootstrapCrossSigning === "function";
}

function isSender(found: unknown): found is Sender {
  return typeof Object(found).makeOutgoingRequest === "function";
}
