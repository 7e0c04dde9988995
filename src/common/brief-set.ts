/**
 * A set whose members come and go all the time.
 *
 * When V8 empties a `Set`, its old table refers to the new one. A table that became old is only freed by a major
 * garbage collection, and until then keeps every later table and their members. So an emptied set begins again
 * with a new `Set`.
 */
export class BriefSet<T> implements Iterable<T> {
  #members = new Set<T>();

  get size(): number {
    return this.#members.size;
  }

  has(member: T): boolean {
    return this.#members.has(member);
  }

  add(member: T): void {
    this.#members.add(member);
  }

  delete(member: T): void {
    if (this.#members.size > 1) this.#members.delete(member);
    else if (this.#members.has(member)) this.#members = new Set();
  }

  /** Returns the members, and continues without them. */
  take(): Iterable<T> {
    const members = this.#members;
    this.#members = new Set();
    return members;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#members.values();
  }
}
