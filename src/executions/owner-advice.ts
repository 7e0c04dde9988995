import { Logger } from '@nestjs/common';
import type { OpenExecutionOptions } from './execution-registry.js';

/** Warns once if a run has no owner although only the owner of a run may follow it. */
export class OwnerAdvice {
  readonly #logger = new Logger('StreamingService');
  #isDue: boolean;

  /** @param isNeeded - whether authentication is on and the default access policy decides */
  constructor(isNeeded: boolean) {
    this.#isDue = isNeeded;
  }

  /** A run begins. */
  consider(executionId: string, { owner, onExists = 'reject' }: OpenExecutionOptions): void {
    // A run that replaces another run keeps its owner.
    if (!this.#isDue || owner || onExists !== 'reject') return;
    this.#isDue = false;
    this.#logger.warn(
      `Execution ${executionId} has no owner, so no client may follow, cancel or answer it. ` +
        'Pass `owner: ownerOf(principal)` to run. Later runs without an owner are not logged.',
    );
  }
}
