import { describe, expect, it } from '@jest/globals';
import { safeCheckpoint, safeDebug, safeTask } from './task-payload.js';

const SECRET = 'password 1234';
const FAILED = { id: 't', name: 'bad', interrupts: [], error: { name: 'Error', message: SECRET } };
const SAFE = {
  id: 't',
  name: 'bad',
  interrupts: [],
  error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' },
};
const CONFIG = { configurable: { thread_id: '1', apiKey: SECRET }, callbacks: [SECRET] };
const CHECKPOINT = {
  values: { steps: [] },
  next: ['bad'],
  config: CONFIG,
  parentConfig: undefined,
  metadata: { source: 'loop', step: 1, parents: {}, user: SECRET },
  tasks: [{ ...FAILED, state: CONFIG }],
};
const SAFE_CHECKPOINT = {
  step: 1,
  source: 'loop',
  values: { steps: [] },
  next: ['bad'],
  config: { configurable: { thread_id: '1' } },
  metadata: { source: 'loop', step: 1, parents: {} },
  tasks: [{ ...SAFE, state: { configurable: { thread_id: '1' } } }],
};

describe('what viewers get of the tasks of a graph', () => {
  it('has no message of an error, and no metadata of the run', () => {
    expect(safeTask({ ...FAILED, metadata: { user: SECRET } })).toEqual(SAFE);
    expect(safeTask({ ...FAILED, error: null })).toEqual({ ...SAFE, error: null });
  });

  it('has of the configuration of a checkpoint only what addresses it', () => {
    expect(safeCheckpoint(CHECKPOINT)).toEqual(SAFE_CHECKPOINT);
  });

  it('is the same inside of debug chunks', () => {
    const debug = { step: 1, timestamp: 'now' };
    expect(safeDebug({ ...debug, type: 'checkpoint', payload: CHECKPOINT })).toEqual({
      ...debug,
      type: 'checkpoint',
      payload: SAFE_CHECKPOINT,
    });
    expect(safeDebug({ ...debug, type: 'task_result', payload: FAILED })).toEqual({
      ...debug,
      type: 'task_result',
      payload: SAFE,
    });
  });
});
