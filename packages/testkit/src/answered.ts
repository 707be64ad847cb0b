import { JsonView } from "./json-view.ts";

/** An answer of the server. */
export class Answered {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or undefined for another body. */
  readonly json: JsonView;
  /** The body as it came. */
  readonly text: string;
  #asked: string;

  constructor(made: {
    readonly asked: string;
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
  }) {
    this.#asked = made.asked;
    this.status = made.status;
    this.headers = made.headers;
    this.text = made.text;
    this.json = new JsonView(parsed(made.text));
  }

  /** The JSON as it is. */
  get body(): unknown {
    return this.json.value;
  }

  /** What stands at a path of the JSON. */
  at(...path: readonly (string | number)[]): JsonView {
    return this.json.at(...path);
  }

  /** `200`, or `403 M_FORBIDDEN`. */
  get brief(): string {
    const code = this.at("errcode").value;
    return typeof code === "string" ? `${this.status} ${code}` : String(this.status);
  }

  /** The answer itself, for those who expect that it went well. @throws when its status is not 200. */
  ok(): this {
    if (this.status === 200) return this;
    throw new Error(`${this.#asked} answered ${this.brief}: ${String(this.at("error").value)}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
