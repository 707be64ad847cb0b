import type { CDPSession, Page } from "playwright-core";

/** A platform authenticator of Chromium's own making: the passkeys of one page, which outlive its documents. */
export interface TestAuthenticator {
  /** Whether the person shows themselves when they are asked: a finger, a PIN. */
  shows(isThem: boolean): Promise<void>;
  /** Whether it answers at all; while it does not, requests wait for the person. */
  answers(isThere: boolean): Promise<void>;
  readonly passkeys: () => Promise<number>;
  remove(): Promise<void>;
}

/** Gives a page an authenticator with user verification; `hasPrf` decides whether its passkeys can open things. */
export async function addAuthenticator(page: Page, { hasPrf }: { hasPrf: boolean }): Promise<TestAuthenticator> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf,
      automaticPresenceSimulation: true,
    },
  });
  return {
    shows: async (isUserVerified) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    answers: async (enabled) => {
      await session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
    passkeys: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
    remove: async () => {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      await session.detach();
    },
  };
}
