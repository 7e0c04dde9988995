/** What a connection tells. */
export interface ConnectionEvents {
  /** The connection is of no use any more. It may be told several times. */
  readonly onLost: (error: Error) => void;
  /** A message came on a channel that is subscribed to. */
  readonly onMessage: (channel: string, message: string) => void;
}

/**
 * A connection to Redis; in a cluster, one to each of its servers. It never reconnects: when it is lost,
 * the owner destroys it and opens another.
 */
export interface RedisConnection {
  /**
   * Sends a command.
   *
   * @param key - a key of the command, by which a cluster finds the server
   */
  send(command: readonly string[], key: string): Promise<unknown>;
  /** @returns how many hear it; in a cluster, of the server that the channel is on */
  publish(channel: string, message: string): Promise<number>;
  /** @param channels - in a cluster, channels of one slot */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Closes it at once. What was not answered is not answered any more. */
  destroy(): void;
}

/** Opens connections, by a client library. */
export interface RedisConnector {
  readonly isCluster: boolean;
  /** @param signal - aborts when nobody waits for the connection any more */
  open(events: ConnectionEvents, signal: AbortSignal): Promise<RedisConnection>;
}
