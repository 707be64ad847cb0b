interface By<Row> {
  readonly keysOf: (row: Row) => readonly string[];
  readonly entries: Map<string, Map<string, Row>>;
}

/** Rows by their id, and by other keys that each may have several of; an empty key is none. Over a base: what is put hides the base's row. */
export class Index<Row> {
  #rows = new Map<string, Row>();
  #by: ReadonlyMap<string, By<Row>>;
  #base: Index<Row> | undefined;

  constructor(keys: Readonly<Record<string, (row: Row) => readonly string[]>>, base?: Index<Row>) {
    this.#by = new Map(Object.entries(keys).map(([name, keysOf]) => [name, { keysOf, entries: new Map() }]));
    this.#base = base;
  }

  /** A row by its id. */
  get(id: string): Row | undefined {
    return this.#rows.get(id) ?? this.#base?.get(id);
  }

  /** All rows. */
  *all(): Iterable<Row> {
    if (this.#base !== undefined) for (const [id, row] of this.#base.#rows) if (!this.#rows.has(id)) yield row;
    yield* this.#rows.values();
  }

  /** The rows that were put here, whatever the base has. */
  own(): ReadonlyMap<string, Row> {
    return this.#rows;
  }

  /** The rows that have a key. */
  by(name: string, key: string): readonly Row[] {
    const own = [...(this.#indexOf(name).entries.get(key)?.values() ?? [])];
    if (this.#base === undefined) return own;
    const below = this.#base.#indexOf(name).entries.get(key) ?? new Map<string, Row>();
    return [...[...below].filter(([id]) => !this.#rows.has(id)).map(([, row]) => row), ...own];
  }

  #indexOf(name: string): By<Row> {
    const by = this.#by.get(name);
    if (by === undefined) throw new Error(`rows are not found by ${name}`);
    return by;
  }

  /** Takes up a row in its new form; returns the old one. */
  put(id: string, row: Row): Row | undefined {
    const before = this.#rows.get(id);
    this.#rows.set(id, row);
    for (const { keysOf, entries } of this.#by.values()) {
      if (before !== undefined) for (const key of keysOf(before)) drop(entries, key, id);
      for (const key of keysOf(row)) add(entries, key, { id, row });
    }
    return before ?? this.#base?.get(id);
  }
}

function drop<Row>(entries: Map<string, Map<string, Row>>, key: string, id: string): void {
  const rows = entries.get(key);
  rows?.delete(id);
  if (rows?.size === 0) entries.delete(key);
}

function add<Row>(
  entries: Map<string, Map<string, Row>>,
  key: string,
  one: { readonly id: string; readonly row: Row },
): void {
  if (key === "") return;
  const rows = entries.get(key);
  if (rows === undefined) entries.set(key, new Map([[one.id, one.row]]));
  else rows.set(one.id, one.row);
}
