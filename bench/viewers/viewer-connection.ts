/** A viewer's connection. */
export interface ViewerConnection {
  readonly bytesRead: number;
  close(): void;
  /** Stops reading from the network, as a device that sleeps does. */
  pause(): void;
  resume(): void;
}
