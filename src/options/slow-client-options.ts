/**
 * When a client counts as slow. A slow client gets nothing until what was sent to it has left; then
 * it catches up from the log, and the others do not notice.
 *
 * @publicApi
 */
export interface SlowClientOptions {
  /** From how many bytes on that wait for its network a client gets no more. @default 262144 */
  readonly maxQueuedBytes?: number;
  /** From how many packets on that wait for its transport a client gets no more. @default 256 */
  readonly maxQueuedPackets?: number;
  /**
   * After how long without taking anything a client is disconnected with `SLOW_CLIENT`, in
   * milliseconds. It can resume from its cursor.
   *
   * @default 30000
   */
  readonly timeoutMs?: number;
}

/** The defaults of {@link SlowClientOptions}. */
export const SLOW_CLIENT_DEFAULTS = {
  maxQueuedBytes: 262_144,
  maxQueuedPackets: 256,
  timeoutMs: 30_000,
} as const satisfies SlowClientOptions;
