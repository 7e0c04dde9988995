import { BriefSet } from '../../../common/brief-set.js';
import { deferred, type Deferred } from '../../../common/deferred.js';
import { within } from '../../../common/within.js';
import { StreamingError } from '../../../errors/streaming.error.js';
import { RedisAvailability } from './redis-availability.js';
import type { RedisConnection, RedisConnector } from './redis-connection.js';

/** How long a link waits. */
export interface RedisLinkOptions {
  /** How long a command may take before the connection counts as dead, in milliseconds. */
  readonly commandTimeoutMs: number;
  /** How long a call is retried, in milliseconds. */
  readonly unavailableMs: number;
}

/** The functions that a link calls. */
export interface RedisLinkEvents {
  /** There is a new connection, for the first time or after a loss. */
  readonly onConnected?: () => void;
  readonly onMessage?: (channel: string, message: string) => void;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** How much longer than one command a call may take before Redis counts as unavailable. */
const LATE_AFTER_MS = 1_000;

/** Temporary errors of Redis: it loads its data, has no memory left, or is about to be replaced. */
const PASSING =
  /^(LOADING|OOM|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNKILLABLE|MOVED|ASK|UNBLOCKED)\b/;

/** Errors of a server that another server has replaced. */
const REPLACED = /^(READONLY|MASTERDOWN)\b/;

/** An error that a server answered, in the words of either client library. */
const ANSWER = /^[A-Z]+\b/;

/**
 * Keeps one connection to Redis. If the connection is lost or does not answer, the link destroys it and opens
 * another. The client library does not reconnect by itself, because it would repeat commands that must not be
 * repeated.
 */
export class RedisLink {
  readonly availability: RedisAvailability;
  #connection: RedisConnection | undefined;
  /** Rejects the commands that the connection has not answered. */
  readonly #unanswered = new BriefSet<(error: Error) => void>();
  #connected: Deferred<void> = deferred();
  #lastError: unknown;
  #isClosed = false;

  constructor(
    private readonly connector: RedisConnector,
    private readonly options: RedisLinkOptions,
    private readonly events: RedisLinkEvents = {},
  ) {
    this.availability = new RedisAvailability(options.commandTimeoutMs + LATE_AFTER_MS);
    void this.#open();
  }

  get isCluster(): boolean {
    return this.connector.isCluster;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  /**
   * Calls Redis until it answers. The call must be repeatable without a further effect.
   *
   * @param patienceMs - how long to try, in milliseconds
   * @throws StreamingError `LOG_UNAVAILABLE` if the time is over, or if Redis answers with a permanent error
   */
  call<T>(
    work: (connection: RedisConnection) => Promise<T>,
    patienceMs = this.options.unavailableMs,
  ): Promise<T> {
    return this.availability.watch(() => this.#call(work, patienceMs));
  }

  /** Gives up the connection, because it does not work. */
  drop(reason: string): void {
    this.#drop(this.#connection, new Error(reason));
  }

  close(): void {
    this.#isClosed = true;
    this.#drop(this.#connection, new Error('The connection to Redis was closed.'));
    this.#connected.resolve();
  }

  async #call<T>(
    work: (connection: RedisConnection) => Promise<T>,
    patienceMs: number,
  ): Promise<T> {
    const givesUpAt = performance.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const connection = this.#connection;
      try {
        return await this.#try(work, givesUpAt);
      } catch (error) {
        this.#lastError = error;
        const left = givesUpAt - performance.now();
        if (this.#isClosed || left <= 0 || isFinal(error)) throw unavailable(error);
        if (REPLACED.test(messageOf(error))) this.#drop(this.#connection, error);
        // A new connection is tried at once. But a server that answers, or a client library that refuses,
        // would get too many calls.
        if (ANSWER.test(messageOf(error)) || this.#connection === connection)
          await pauseFor(Math.min(pause, left));
      }
    }
  }

  async #try<T>(work: (connection: RedisConnection) => Promise<T>, givesUpAt: number): Promise<T> {
    if (!this.#connection) await within(this.#connected.promise, givesUpAt - performance.now());
    const connection = this.#connection;
    if (!connection) throw this.#lastError ?? new Error('There is no connection to Redis.');
    const answer = deferred<T>();
    const lose = (error: Error): void => answer.reject(error);
    const timer = setTimeout(
      () => this.#drop(connection, new Error('Redis did not answer in time.')),
      this.options.commandTimeoutMs,
    );
    this.#unanswered.add(lose);
    try {
      work(connection).then(answer.resolve, answer.reject);
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#unanswered.delete(lose);
    }
  }

  /** Opens a connection, however long it takes. Never rejects. */
  async #open(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !this.#isClosed;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      const opened = await this.#openOnce();
      if (opened) return;
      await pauseFor(pause);
    }
  }

  async #openOnce(): Promise<boolean> {
    const attempt = new AbortController();
    let connection: RedisConnection | undefined;
    const onLost = (error: unknown): void => {
      this.#lastError = error;
      attempt.abort();
      if (connection) this.#drop(connection, error);
    };
    const { onMessage = (): void => undefined } = this.events;
    const timer = setTimeout(
      () => onLost(new Error('Redis does not accept a connection.')),
      this.options.commandTimeoutMs,
    );
    try {
      const opened = await this.connector.open({ onLost, onMessage }, attempt.signal);
      if (attempt.signal.aborted || this.#isClosed) {
        opened.destroy();
        return false;
      }
      connection = opened;
    } catch (error) {
      this.#lastError = error;
      return false;
    } finally {
      clearTimeout(timer);
    }
    this.#connection = connection;
    this.#connected.resolve();
    this.events.onConnected?.();
    return true;
  }

  #drop(connection: RedisConnection | undefined, error: unknown): void {
    if (!connection || this.#connection !== connection) return;
    this.#lastError = error;
    this.#connection = undefined;
    if (!this.#isClosed) this.#connected = deferred();
    connection.destroy();
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const reject of [...this.#unanswered]) reject(reason);
    if (!this.#isClosed) void this.#open();
  }
}

function isFinal(error: unknown): boolean {
  const message = messageOf(error);
  return ANSWER.test(message) && !PASSING.test(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unavailable(cause: unknown): StreamingError {
  if (StreamingError.isInstance(cause)) return cause;
  return new StreamingError('LOG_UNAVAILABLE', `Redis cannot be used now: ${messageOf(cause)}`, {
    cause,
  });
}

async function pauseFor(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}
