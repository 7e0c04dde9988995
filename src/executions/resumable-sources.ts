import type { ExecutionSource } from './execution-source.js';

/** Makes the source of an execution again, to continue it after an interrupt. */
export type MakeSource = (
  input: unknown,
  executionId: string,
) => ExecutionSource | Promise<ExecutionSource>;

/**
 * The sources that this instance can make again by name. So it can continue an execution that another
 * instance began.
 */
export class ResumableSources {
  readonly #sources = new Map<string, MakeSource>();

  /** Sets the function that makes the sources of a name. */
  register(name: string, make: MakeSource): void {
    this.#sources.set(name, make);
  }

  /** The function that makes the sources of a name; undefined if this instance does not know the name. */
  find(name: string): MakeSource | undefined {
    return this.#sources.get(name);
  }
}
