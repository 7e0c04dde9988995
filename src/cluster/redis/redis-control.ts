import { deferred, type Deferred } from '../../common/deferred.js';
import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import { isRecord } from '../../common/is-record.js';
import { within } from '../../common/within.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ControlMessage } from '../control-requests.js';
import type { ControlListener, InstanceControl } from '../streaming-backend.js';
import type { RedisLink } from './connection/redis-link.js';
import type { RedisKeys } from './redis-keys.js';
import type { LivingInstances, RedisLeases } from './redis-leases.js';
import type { Subscriptions } from './subscriptions.js';

/** The message to an instance that is asked. */
interface Request {
  readonly id: number;
  readonly from: string;
  readonly message: ControlMessage;
}

/** The message to the instance that has asked. */
interface Answer {
  readonly id: number;
  readonly value: unknown;
}

/**
 * How long requests are remembered, in milliseconds, so that a request that is sent twice is handled once.
 */
const KNOWN_MS = 60_000;
const MAX_KNOWN = 10_000;

/**
 * The time after which a request is repeated, in milliseconds, because the other instance may have lost its
 * connection for a moment.
 */
const PAUSE_MS = 100;

/** How long an instance that stops tries to unsubscribe, in milliseconds. */
const STOPPING_MS = 2_000;

/** Sends requests between instances over Pub/Sub. Each instance listens to its own channel. */
export class RedisControl implements InstanceControl {
  #listener: ControlListener | undefined;
  #lastRequest = 0;
  readonly #waiting = new Map<number, Deferred<unknown>>();
  readonly #known = new ExpiringMap<true>(MAX_KNOWN, monotonic);

  constructor(
    readonly instanceId: string,
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly subscriptions: Subscriptions,
    private readonly leases: RedisLeases,
  ) {}

  async listen(listener: ControlListener): Promise<void> {
    this.#listener = listener;
    await this.subscriptions.listen(this.#answersOf(this.instanceId), (text) => {
      const { id, value } = JSON.parse(text) as Answer;
      this.#waiting.get(id)?.resolve(value);
    });
    await this.subscriptions.listen(this.#requestsOf(this.instanceId), (text) => {
      const request: unknown = JSON.parse(text);
      if (!isRequest(request)) throw new TypeError('It is no request of an instance.');
      void this.#answer(request);
    });
  }

  /** Stops receiving requests of the other instances. */
  async stop(): Promise<void> {
    await within(this.subscriptions.unlisten(this.#requestsOf(this.instanceId)), STOPPING_MS);
  }

  async ask(instanceId: string, message: ControlMessage, timeoutMs: number): Promise<unknown> {
    const id = (this.#lastRequest += 1);
    const answer = deferred<unknown>();
    this.#waiting.set(id, answer);
    try {
      const request = { id, from: this.instanceId, message };
      const asked = this.#deliver(instanceId, request, timeoutMs);
      // An answer may come before the delivery of the request is confirmed.
      const first = Promise.race([answer.promise, asked.then(() => answer.promise)]);
      if (!(await within(first, timeoutMs))) throw unreachable();
      return await first;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async askOthers(message: ControlMessage, timeoutMs: number): Promise<readonly unknown[]> {
    const { ids, areAll } = await this.#alive(timeoutMs);
    const others = ids.filter((id) => id !== this.instanceId);
    const answers = await Promise.allSettled(others.map((id) => this.ask(id, message, timeoutMs)));
    const values = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value : undefined,
    );
    if (!areAll) return [...values, undefined];
    if (!values.includes(undefined)) return values;
    // Of those that did not answer, some may have left.
    const now = await this.#alive(timeoutMs);
    return values.filter((value, at) => value !== undefined || mayLive(now, others[at] ?? ''));
  }

  /** @throws StreamingError `INSTANCE_UNREACHABLE` when Redis does not say who is alive */
  async #alive(timeoutMs: number): Promise<LivingInstances> {
    return this.leases.alive(timeoutMs).catch(() => {
      throw unreachable();
    });
  }

  /** @throws StreamingError `INSTANCE_UNREACHABLE` if the request reached no instance */
  async #deliver(instanceId: string, request: Request, timeoutMs: number): Promise<void> {
    const givesUpAt = performance.now() + timeoutMs;
    const channel = this.#requestsOf(instanceId);
    while ((await this.#publish(channel, request, timeoutMs)) === 0) {
      if (performance.now() > givesUpAt || !mayLive(await this.#alive(timeoutMs), instanceId))
        throw unreachable();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #publish(channel: string, content: Request | Answer, timeoutMs: number): Promise<number> {
    const text = JSON.stringify(content);
    try {
      return await this.link.call((connection) => connection.publish(channel, text), timeoutMs);
    } catch {
      throw unreachable();
    }
  }

  async #answer({ from, id, message }: Request): Promise<void> {
    const key = `${from} ${id}`;
    if (!this.#listener || this.#known.has(key)) return;
    this.#known.setFor(key, true, KNOWN_MS);
    const value = await this.#listener(message);
    // The asking instance may be gone by now.
    await this.#publish(this.#answersOf(from), { id, value }, KNOWN_MS).catch(() => undefined);
  }

  #requestsOf(instanceId: string): string {
    return this.keys.ofInstances('requests', instanceId);
  }

  #answersOf(instanceId: string): string {
    return this.keys.ofInstances('answers', instanceId);
  }
}

function mayLive({ ids, areAll }: LivingInstances, instanceId: string): boolean {
  return !areAll || ids.includes(instanceId);
}

function isRequest(given: unknown): given is Request {
  return (
    isRecord(given) &&
    Number.isInteger(given['id']) &&
    typeof given['from'] === 'string' &&
    isRecord(given['message'])
  );
}

function unreachable(): StreamingError {
  return new StreamingError(
    'INSTANCE_UNREACHABLE',
    'The instance that runs the execution does not answer. Try again in a moment.',
  );
}
