import type { ExecutionSource } from './execution-source.js';

/** Makes the source of an execution once more, to go on with it after an interrupt. */
export type MakeSource = (
  input: unknown,
  executionId: string,
) => ExecutionSource | Promise<ExecutionSource>;

/**
 * The sources that this instance can make again by their name, so that it can go on with an execution
 * that another instance began.
 */
export class ResumableSources {
  readonly #sources = new Map<string, MakeSource>();

  /** Says how to make the sources of a name. */
  register(name: string, make: MakeSource): void {
    this.#sources.set(name, make);
  }

  /** How to make the sources of a name; undefined when this instance does not know it. */
  find(name: string): MakeSource | undefined {
    return this.#sources.get(name);
  }
}
