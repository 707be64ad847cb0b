import type { MatrixClient } from "matrix-js-sdk";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";

/** Where the Causeway API lies on the server. */
export const API_PREFIX = "/causeway/v1";

/** The Causeway API with the person's own session. What it answers is unknown until a parser has read it; refusals are thrown. */
export class CausewayApi {
  #client: MatrixClient;

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  /** `path` follows `/causeway/v1`. */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Get, path, query, undefined, { prefix: API_PREFIX });
  }

  async post(path: string, body: object = {}): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Post, path, {}, body, { prefix: API_PREFIX });
  }

  async put(path: string, body: object): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Put, path, {}, body, { prefix: API_PREFIX });
  }

  /** Sends a file as it is: CSV. */
  async postText(path: string, query: Readonly<Record<string, string>>, text: Blob): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Post, path, query, text, {
      prefix: API_PREFIX,
      headers: { "Content-Type": "text/csv; charset=utf-8" },
    });
  }
}
