import { SAFE_ERROR } from '../../errors/safe-error.js';
import { isRecord, recordOf } from '../../common/is-record.js';
import { toPlainData } from '../plain-data.js';

/** What of a run configuration viewers may know. The rest may hold credentials. */
const CHECKPOINT_KEYS = ['thread_id', 'checkpoint_ns', 'checkpoint_id'];
const CHECKPOINT_METADATA_KEYS = ['source', 'step', 'parents'];

/** A chunk of `tasks`, or a task of a checkpoint: without its error's message and its metadata. */
export function plainTask(task: unknown): unknown {
  if (!isRecord(task)) return toPlainData(task);
  const { metadata: _metadata, error, state, ...rest } = task;
  return toPlainData({
    ...rest,
    ...('error' in task && { error: error == null ? null : SAFE_ERROR }),
    ...(state !== undefined && { state: plainConfig(state) }),
  });
}

/** What addresses a checkpoint, and where in the run it is: all that an edit or a fork needs. */
export function lightCheckpoint(checkpoint: unknown): unknown {
  const { config, parentConfig, metadata } = recordOf(checkpoint);
  const { step, source } = recordOf(metadata);
  return {
    checkpointId: checkpointIdOf(config),
    parentId: checkpointIdOf(parentConfig),
    step,
    source,
  };
}

/** A chunk of `checkpoints`: of its configurations only what addresses the checkpoint. */
export function plainCheckpoint(checkpoint: unknown): unknown {
  if (!isRecord(checkpoint)) return toPlainData(checkpoint);
  const { config, parentConfig, metadata, tasks, values, next } = checkpoint;
  return toPlainData({
    ...recordOf(lightCheckpoint(checkpoint)),
    values,
    next,
    config: plainConfig(config),
    parentConfig: plainConfig(parentConfig),
    metadata: pick(metadata, CHECKPOINT_METADATA_KEYS),
    tasks: Array.isArray(tasks) ? tasks.map(plainTask) : [],
  });
}

/** A chunk of `debug`, which wraps one of `tasks` or `checkpoints`. */
export function plainDebug(chunk: unknown): unknown {
  if (!isRecord(chunk)) return toPlainData(chunk);
  const { payload, ...rest } = chunk;
  const plain = chunk['type'] === 'checkpoint' ? plainCheckpoint(payload) : plainTask(payload);
  return { ...(toPlainData(rest) as object), payload: plain };
}

/** A chunk of `tools`. */
export function plainToolEvent(event: unknown): unknown {
  return isRecord(event) && 'error' in event
    ? toPlainData({ ...event, error: SAFE_ERROR })
    : toPlainData(event);
}

function checkpointIdOf(config: unknown): unknown {
  return recordOf(recordOf(config)['configurable'])['checkpoint_id'];
}

function plainConfig(config: unknown): unknown {
  if (!isRecord(config)) return undefined;
  return { configurable: pick(config['configurable'], CHECKPOINT_KEYS) };
}

function pick(value: unknown, keys: readonly string[]): unknown {
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]]));
}
