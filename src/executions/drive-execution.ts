import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { runInExecution } from './ambient-execution.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { ExecutionContext, ExecutionSource, SourceOutcome } from './execution-source.js';
import type { Execution } from './execution.js';
import { StreamedValues } from './streamed-values.js';

const logger = new Logger('Execution');

/**
 * Runs a source in an execution, to the end of both.
 *
 * @param begin - the first step of the source; without it, the source runs from the start
 */
export function driveExecution(
  registry: ExecutionRegistry,
  execution: Execution,
  source: ExecutionSource,
  begin: (context: ExecutionContext) => Promise<SourceOutcome> = (context) => source.run(context),
): void {
  const ambient = { execution, registry, streamed: new StreamedValues() };
  execution.work.track(runInExecution(ambient, () => drive(execution, source, begin)));
}

async function drive(
  execution: Execution,
  source: ExecutionSource,
  begin: (context: ExecutionContext) => Promise<SourceOutcome>,
): Promise<void> {
  try {
    // An id runs only once, so the source begins after the id is claimed.
    await execution.opened;
    if (execution.ended) return;
    let outcome = await begin(execution.context);
    while (outcome.state === 'interrupted') {
      const response = await execution.interrupted(outcome.interrupts);
      if (!response) return;
      if (!source.resume)
        throw new TypeError('The source was interrupted, but has no `resume`. Implement `resume`.');
      outcome = await source.resume(execution.context, response);
    }
    await execution.complete(outcome.result, outcome.interrupts);
  } catch (error) {
    if (execution.ended) return;
    logger.error(`Execution ${execution.executionId} failed`, describeError(error));
    await execution.fail(error);
  }
}
