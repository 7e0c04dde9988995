import type { MemoryStreamLogOptions } from '../../src/entries/log.js';

/** Bounds of a log that no test reaches by chance. */
export const WIDE_BOUNDS: MemoryStreamLogOptions = {
  maxEntries: 100_000,
  maxBytes: 1e8,
  retentionMs: 60_000,
  roomIdleMs: 60_000,
};
