/** What the guard takes from the contract at run time: written out, so that it carries no validation of the server's with it. A test compares. */
export const GUARD_PING_MS = 20_000;
/** Where the guard opens its socket. */
export const GUARD_SOCKET_PATH = "/causeway/v1/policy/stream";
