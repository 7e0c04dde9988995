import type { InterruptRequest } from '../../protocol/stream-update.js';
import { isRecord } from '../../common/is-record.js';
import { toPlainData } from '../plain-data.js';

const INTERRUPT_KEY = '__interrupt__';

/**
 * The id of the question when a graph stops at a breakpoint (`interruptBefore`, `interruptAfter`). A breakpoint
 * asks nothing, so any answer continues the graph. The next breakpoint of the same execution has the id
 * `breakpoint:2`, and so on.
 *
 * @publicApi
 */
export const BREAKPOINT_ID = 'breakpoint';

/** A chunk of `values` or `updates` which says that the graph was interrupted. */
export interface InterruptChunk {
  readonly [INTERRUPT_KEY]: unknown;
}

/** Whether `payload` says that the graph was interrupted. */
export function isInterruptChunk(payload: unknown): payload is InterruptChunk {
  return isRecord(payload) && INTERRUPT_KEY in payload;
}

/** The questions in a chunk. Each question arrives several times: once for each mode and graph. */
export function interruptsOf(payload: InterruptChunk): InterruptRequest[] {
  const interrupts = payload[INTERRUPT_KEY];
  if (!Array.isArray(interrupts) || interrupts.length === 0) {
    return [{ id: BREAKPOINT_ID, value: null }];
  }
  return interrupts.map((interrupt: { id?: string; value?: unknown }) => ({
    id: interrupt.id ?? BREAKPOINT_ID,
    value: toPlainData(interrupt.value),
  }));
}
