/** The functions that a connection calls. */
export interface ConnectionEvents {
  /** The connection cannot be used any more. This may be called several times. */
  readonly onLost: (error: Error) => void;
  /** A message has come on a subscribed channel. */
  readonly onMessage: (channel: string, message: string) => void;
}

/**
 * A connection to Redis; in a cluster, one to each of its servers. It never reconnects. If it is lost, the
 * owner destroys it and opens another.
 */
export interface RedisConnection {
  /**
   * Sends a command.
   *
   * @param key - a key of the command, by which a cluster finds the server
   */
  send(command: readonly string[], key: string): Promise<unknown>;
  /** @returns the number of receivers; in a cluster, only those at the server of the channel */
  publish(channel: string, message: string): Promise<number>;
  /** @param channels - in a cluster, channels of one slot */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Closes the connection immediately. Open commands get no answer. */
  destroy(): void;
}

/** Opens connections, by a client library. */
export interface RedisConnector {
  readonly isCluster: boolean;
  /** @param signal - aborts if the connection is no longer needed */
  open(events: ConnectionEvents, signal: AbortSignal): Promise<RedisConnection>;
}
