/**
 * A position in the log of a channel. A subscriber that has handled everything up to its cursor
 * gets, after a reconnect or a reload, exactly what came after it.
 *
 * @publicApi
 */
export interface Cursor {
  /** Which life of the log the sequence belongs to. A new epoch means that the old log is gone. */
  readonly epoch: string;
  /** The sequence number of the last update that was handled; 0 is before the first. */
  readonly sequence: number;
}
