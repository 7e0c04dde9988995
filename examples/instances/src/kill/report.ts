/** Prints what is claimed, and counts what is not so. */
export class Report {
  #faults = 0;

  get exitCode(): number {
    return this.#faults === 0 ? 0 : 1;
  }

  line(text: string): void {
    console.log(text);
  }

  /** @param isSo - whether the claim is true */
  claim(text: string, isSo: boolean): void {
    if (!isSo) this.#faults += 1;
    console.log(`${isSo ? '✓' : '✗'} ${text}`);
  }
}
