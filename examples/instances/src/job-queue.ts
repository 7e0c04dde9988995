import { createClient } from 'redis';
import { PREFIX } from './settings.js';

/** What a worker does for somebody. */
export interface Job {
  readonly executionId: string;
  readonly userId: string;
  readonly question: string;
}

const KEY = `${PREFIX}:jobs`;

/** A queue that is a list in Redis. A real application would take BullMQ, which tries failed jobs again. */
export class JobQueue {
  readonly #client;

  constructor(url: string) {
    this.#client = createClient({ url });
    // The client connects again by itself.
    this.#client.on('error', () => undefined);
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  async add(job: Job): Promise<void> {
    await this.#client.lPush(KEY, JSON.stringify(job));
  }

  /** Resolves with the oldest job, as soon as there is one. Rejects when the queue is closed. */
  async next(): Promise<Job> {
    const popped = await this.#client.brPop(KEY, 0);
    if (!popped) throw new Error('The queue answers only with a job.');
    return JSON.parse(popped.element) as Job;
  }

  close(): void {
    this.#client.destroy();
  }
}
