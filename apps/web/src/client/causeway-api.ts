import type { MatrixClient } from "matrix-js-sdk";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";

/** Where the Causeway API lies on the server. */
export const API_PREFIX = "/causeway/v1";

type Query = Readonly<Record<string, string>>;

/** The Causeway API with the person's own session. What it answers is unknown until a parser has read it; refusals are thrown. */
export class CausewayApi {
  #client: MatrixClient;

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  /** `path` follows `/causeway/v1`. */
  async get(path: string, query: Query = {}): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Get, path, query, undefined, { prefix: API_PREFIX });
  }

  async post(path: string, body: object = {}, query: Query = {}): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Post, path, query, body, { prefix: API_PREFIX });
  }

  async put(path: string, body: object, query: Query = {}): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Put, path, query, body, { prefix: API_PREFIX });
  }

  async delete(path: string, query: Query = {}, body?: object): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Delete, path, query, body, { prefix: API_PREFIX });
  }

  /** Sends a file as it is: CSV. */
  async postText(path: string, query: Query, text: Blob): Promise<unknown> {
    return await this.#client.http.authedRequest<unknown>(Method.Post, path, query, text, {
      prefix: API_PREFIX,
      headers: { "Content-Type": "text/csv; charset=utf-8" },
    });
  }
}

/** The part of it with which JSON is asked for and sent. */
export type CausewayCalls = Pick<CausewayApi, "get" | "post" | "put">;
