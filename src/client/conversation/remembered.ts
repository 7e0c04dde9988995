/** A value that is computed from other values, and stays the same while they do not change. */
export class Remembered<TValue> {
  #last: { readonly of: readonly unknown[]; readonly value: TValue } | undefined;

  get(of: readonly unknown[], make: () => TValue): TValue {
    const last = this.#last;
    const isSame =
      last?.of.length === of.length && of.every((one, index) => one === last.of[index]);
    if (last && isSame) return last.value;
    const value = make();
    this.#last = { of, value };
    return value;
  }
}
