/** A stretch of a text: `start` up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** So many units of text share a drawer. Numbers and addresses are not much longer. */
const DRAWER = 64;

/** Stretches of one text, found by where they lie: a list of ten thousand people is looked through in one pass, not in ten thousand. */
export class Spans<S extends Span> {
  #drawers = new Map<number, S[]>();

  constructor(spans: Iterable<S> = []) {
    for (const span of spans) this.add(span);
  }

  add(span: S): void {
    for (let drawer = drawerOf(span.start); drawer <= drawerOf(span.end - 1); drawer += 1) {
      const known = this.#drawers.get(drawer);
      if (known === undefined) this.#drawers.set(drawer, [span]);
      else known.push(span);
    }
  }

  /** Whether one of them shares a unit with a stretch, and passes. */
  some({ start, end }: Span, passes: (span: S) => boolean = () => true): boolean {
    for (let drawer = drawerOf(start); drawer <= drawerOf(end - 1); drawer += 1) {
      const near = this.#drawers.get(drawer);
      if (near?.some((span) => span.start < end && start < span.end && passes(span)) === true) return true;
    }
    return false;
  }
}

function drawerOf(place: number): number {
  return Math.floor(place / DRAWER);
}
