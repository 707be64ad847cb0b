/** Which of many things changed lately: what changed after a moment is found without looking at the others. */
export class RecentChanges<Name> {
  #log: { readonly at: number; readonly name: Name }[] = [];
  #last = new Map<Name, number>();

  /** Something changed; `at` is never before one given earlier. */
  changed(name: Name, at: number): void {
    this.#last.set(name, at);
    this.#log.push({ at, name });
    if (this.#log.length > 2 * this.#last.size + 64)
      this.#log = this.#log.filter((one) => this.#last.get(one.name) === one.at);
  }

  /** Everything that changed after a moment. */
  since(moment: number): Name[] {
    const found = new Set<Name>();
    for (let index = this.#log.length - 1; index >= 0; index -= 1) {
      const one = this.#log[index];
      if (one === undefined || one.at <= moment) break;
      found.add(one.name);
    }
    return [...found];
  }
}
