/**
 * When a client counts as slow. A slow client gets no new updates until the network has taken the data that
 * waits for it. Then it catches up from the log. Other clients are not delayed.
 *
 * @publicApi
 */
export interface SlowClientOptions {
  /**
   * How many bytes may wait for the network of a client, at least 65536. If more would wait, updates stay in
   * the log until the client has read. A single update that is larger is sent when nothing else waits. Answers
   * and other events have the same limit, counted separately. If they exceed it, the connection is closed. An answer
   * may be larger, such as a long conversation: large answers are sent one after the other. If too many wait, further
   * ones are refused with `SLOW_CLIENT`.
   *
   * @default 262144
   */
  readonly maxQueuedBytes?: number;
  /** How many packets may wait for the transport of a client. @default 256 */
  readonly maxQueuedPackets?: number;
  /**
   * How long a client may read nothing while data waits for it, in milliseconds. Then it is disconnected with
   * `SLOW_CLIENT`; it can resume from its cursor.
   *
   * @default 15000
   */
  readonly timeoutMs?: number;
}
