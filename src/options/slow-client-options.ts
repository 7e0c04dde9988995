/**
 * When a client counts as slow. A slow client gets nothing until what was sent to it has left; then
 * it catches up from the log, and the others do not notice.
 *
 * @publicApi
 */
export interface SlowClientOptions {
  /**
   * How many bytes may wait for the network of a client, at least 65536. Updates that would exceed this
   * number are held back. An update that is larger by itself is sent when nothing else waits. Answers and
   * events of the application have a separate bound of the same number; exceeding it closes the connection.
   *
   * @default 262144
   */
  readonly maxQueuedBytes?: number;
  /** How many packets may wait for the transport of a client. @default 256 */
  readonly maxQueuedPackets?: number;
  /**
   * After how long without taking anything a client is disconnected with `SLOW_CLIENT`, in
   * milliseconds. It can resume from its cursor.
   *
   * @default 15000
   */
  readonly timeoutMs?: number;
}
