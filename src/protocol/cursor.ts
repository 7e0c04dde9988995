/**
 * A position in the log of a channel. After a reconnect or a reload, a viewer sends the cursor of the last
 * update that it handled, and gets exactly the updates after it.
 *
 * @publicApi
 */
export interface Cursor {
  /** The epoch that the sequence number belongs to. A new epoch means that the former log is gone. */
  readonly epoch: string;
  /** The sequence number of the last update that was handled; 0 means none. */
  readonly sequence: number;
}
