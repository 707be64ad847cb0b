/** Readers of what a server answered: a field of another type counts as not there. */

export function textIn(value: unknown, field: string): string {
  const found: unknown = Object(value)[field];
  return typeof found === "string" ? found : "";
}

/** A number, or undefined. */
export function numberIn(value: unknown, field: string): number | undefined {
  const found: unknown = Object(value)[field];
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A list; none when there is none. */
export function listIn(value: unknown, field: string): readonly unknown[] {
  const found: unknown = Object(value)[field];
  return Array.isArray(found) ? found : [];
}

/** Whatever is there. */
export function partOf(value: unknown, field: string): unknown {
  return Object(value)[field];
}
