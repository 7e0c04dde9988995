import { draftUpdate, requireEvent, type UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { EmitOptions } from './emitter.js';
import type { ExecutionRegistry } from './execution-registry.js';

/** Facts about an update that code outside of an execution emits. */
export type SentOptions = Pick<EmitOptions, 'nodeId' | 'metadata' | 'targets'>;

/**
 * Emits an update into a running execution from outside. Any instance may run the execution.
 *
 * @returns resolves when the update is in the log; rejects with `EXECUTION_NOT_ACTIVE` when there is no
 * such execution, or it has ended. You may leave the rejection unhandled.
 * @throws StreamingError the codes of `Emitter.emit`
 */
export function emitInto(
  executions: ExecutionRegistry,
  log: StreamLog,
  executionId: string,
  update: { readonly type: StreamEventName; readonly data: unknown } & SentOptions,
): Promise<void> {
  const { type, data, ...options } = update;
  requireEvent(type);
  const local = executions.getActive(executionId);
  if (local) {
    local.context.emit(type, data, options);
    return handled(local.written());
  }
  return handled(append(log, executionId, draftUpdate(update)));
}

async function append(log: StreamLog, executionId: string, draft: UpdateDraft): Promise<void> {
  await log.append(executionChannel(executionId), [draft]);
}

function handled(written: Promise<void>): Promise<void> {
  written.catch(() => undefined);
  return written;
}
