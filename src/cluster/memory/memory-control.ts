import { randomUUID } from 'node:crypto';
import { inTime } from '../../common/with-timeout.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ControlMessage } from '../control-requests.js';
import type { ControlListener, InstanceControl } from '../streaming-backend.js';

/** The listeners, by instance. */
export type Listeners = Map<string, ControlListener>;

/** The control of instances in one process. Messages are JSON, the same as between processes. */
export class MemoryControl implements InstanceControl {
  readonly instanceId = randomUUID();

  #listener: ControlListener | undefined;

  constructor(private readonly listeners: Listeners) {}

  async listen(listener: ControlListener): Promise<void> {
    this.#listener = listener;
    this.resume();
  }

  async ask(instanceId: string, message: ControlMessage, timeoutMs: number): Promise<unknown> {
    const listener = this.listeners.get(instanceId);
    if (!listener) throw unreachable();
    const copy = asJson(message);
    return asJson(await inTime(listener(copy), timeoutMs, unreachable));
  }

  async askOthers(message: ControlMessage, timeoutMs: number): Promise<readonly unknown[]> {
    const others = [...this.listeners.keys()].filter((id) => id !== this.instanceId);
    const answers = await Promise.allSettled(others.map((id) => this.ask(id, message, timeoutMs)));
    return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : undefined));
  }

  stop(): void {
    this.listeners.delete(this.instanceId);
  }

  /** Listens again. */
  resume(): void {
    if (this.#listener) this.listeners.set(this.instanceId, this.#listener);
  }
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function unreachable(): StreamingError {
  return new StreamingError(
    'INSTANCE_UNREACHABLE',
    'The instance that runs the execution does not answer. Try again in a moment.',
  );
}
