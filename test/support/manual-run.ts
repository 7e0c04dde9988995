import { deferred } from '../../src/common/deferred.js';
import type { ExecutionContext, RunOptions, StreamingService } from '../../src/index.js';

/** An execution that streams when it is told to. */
export interface ManualRun {
  readonly executionId: string;
  readonly context: ExecutionContext;
  readonly finish: () => Promise<unknown>;
}

/** Starts one, and resolves when its source has begun. */
export async function manualRun(
  { streaming }: { readonly streaming: StreamingService },
  options: RunOptions = {},
): Promise<ManualRun> {
  const end = deferred<undefined>();
  const started = deferred<ExecutionContext>();
  const { executionId, done } = streaming.run(async (context: ExecutionContext) => {
    started.resolve(context);
    await end.promise;
  }, options);
  const finish = async (): Promise<unknown> => {
    end.resolve(undefined);
    return done;
  };
  return { executionId, context: await started.promise, finish };
}
