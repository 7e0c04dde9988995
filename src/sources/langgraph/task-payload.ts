import { isRecord, listOf, recordOf } from '../../common/is-record.js';
import { SAFE_ERROR } from '../../errors/safe-error.js';

/** The keys of a run configuration that viewers may see. The rest may contain credentials. */
const CHECKPOINT_KEYS = ['thread_id', 'checkpoint_ns', 'checkpoint_id'];
const CHECKPOINT_METADATA_KEYS = ['source', 'step', 'parents'];

/** A chunk of `tasks`, or a task of a checkpoint: without its error's message and its metadata. */
export function safeTask(task: unknown): unknown {
  if (!isRecord(task)) return task;
  const { metadata: _metadata, error, state, ...rest } = task;
  return {
    ...rest,
    ...('error' in task && { error: error == null ? null : SAFE_ERROR }),
    ...(state !== undefined && { state: safeConfig(state) }),
  };
}

/** The address of a checkpoint and its place in the run: everything that an edit or a fork needs. */
export function lightCheckpoint(checkpoint: unknown): Readonly<Record<string, unknown>> {
  const { config, parentConfig, metadata } = recordOf(checkpoint);
  const { step, source } = recordOf(metadata);
  return {
    checkpointId: checkpointIdOf(config),
    parentId: checkpointIdOf(parentConfig),
    step,
    source,
  };
}

/** A chunk of `checkpoints`. Its configurations are reduced to the address of the checkpoint. */
export function safeCheckpoint(checkpoint: unknown): unknown {
  if (!isRecord(checkpoint)) return checkpoint;
  const { config, parentConfig, metadata, tasks, values, next } = checkpoint;
  return {
    ...lightCheckpoint(checkpoint),
    values,
    next,
    config: safeConfig(config),
    parentConfig: safeConfig(parentConfig),
    metadata: pick(metadata, CHECKPOINT_METADATA_KEYS),
    tasks: listOf(tasks).map(safeTask),
  };
}

/** A chunk of `debug`, which wraps one of `tasks` or `checkpoints`. */
export function safeDebug(chunk: unknown): unknown {
  if (!isRecord(chunk)) return chunk;
  const { payload, ...rest } = chunk;
  const isCheckpoint = chunk['type'] === 'checkpoint';
  return { ...rest, payload: isCheckpoint ? safeCheckpoint(payload) : safeTask(payload) };
}

/** A chunk of `tools`. */
export function safeToolEvent(event: unknown): unknown {
  return isRecord(event) && 'error' in event ? { ...event, error: SAFE_ERROR } : event;
}

function checkpointIdOf(config: unknown): unknown {
  return recordOf(recordOf(config)['configurable'])['checkpoint_id'];
}

function safeConfig(config: unknown): unknown {
  if (!isRecord(config)) return undefined;
  return { configurable: pick(config['configurable'], CHECKPOINT_KEYS) };
}

function pick(value: unknown, keys: readonly string[]): unknown {
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]]));
}
