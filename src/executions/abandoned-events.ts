import type { ChannelInfo } from '../log/stream-log.js';
import type { ExecutionStateData } from '../protocol/stream-update.js';

type EndedListener = (info: ChannelInfo, end: ExecutionStateData) => Promise<void>;
type HeldListener = (held: string) => Promise<void>;

/** Reports the end of executions that no instance runs. */
export class AbandonedEvents {
  readonly #ended: EndedListener[] = [];
  readonly #held: HeldListener[] = [];

  /** Calls `listener` if this instance has ended such an execution. */
  onEnded(listener: EndedListener): void {
    this.#ended.push(listener);
  }

  /**
   * Calls `listener` with each name that a dead instance held, after its executions were handled. If the
   * listener rejects, it is called again.
   */
  onHeld(listener: HeldListener): void {
    this.#held.push(listener);
  }

  /** @internal */
  async ended(info: ChannelInfo, end: ExecutionStateData): Promise<void> {
    for (const listener of this.#ended) await listener(info, end);
  }

  /** @internal */
  async held(name: string): Promise<void> {
    for (const listener of this.#held) await listener(name);
  }
}
