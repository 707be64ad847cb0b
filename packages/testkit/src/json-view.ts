/** A piece of JSON that a test looks into. What is not there is `undefined`, never an exception, until it is asked for as something. */
export class JsonView {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /** What stands at a path of names and list places. */
  at(...path: readonly (string | number)[]): JsonView {
    let value = this.value;
    for (const step of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return new JsonView(undefined);
      value = Reflect.get(value, step);
    }
    return new JsonView(value);
  }

  /** Whether there is anything. */
  get isThere(): boolean {
    return this.value !== undefined;
  }

  /** The text. @throws when it is none. */
  get text(): string {
    if (typeof this.value === "string") return this.value;
    throw new Error(`expected a text, found ${JSON.stringify(this.value)}`);
  }

  /** The number. @throws when it is none. */
  get number(): number {
    if (typeof this.value === "number") return this.value;
    throw new Error(`expected a number, found ${JSON.stringify(this.value)}`);
  }

  /** The items of the list; none when there is nothing. @throws when it is something else. */
  get list(): readonly JsonView[] {
    if (this.value === undefined) return [];
    if (Array.isArray(this.value)) return this.value.map((item: unknown) => new JsonView(item));
    throw new Error(`expected a list, found ${JSON.stringify(this.value)}`);
  }

  /** The names in the object; none when there is nothing. */
  get names(): readonly string[] {
    return typeof this.value === "object" && this.value !== null ? Object.keys(this.value) : [];
  }
}
