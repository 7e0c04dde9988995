import { createStreamingClient, type StreamUpdate } from '@hive-academy/langgraph-streaming/client';
import { DeliveryCheck } from '../../../chat/src/headless/delivery-check.js';

/** Follows a run with a connection of its own, and notes what it saw. */
export class Watcher {
  readonly check = new DeliveryCheck();
  /** Resolves when the sources of the agent are read: half-way. */
  readonly halfway: Promise<void>;
  /** Resolves when the run has ended, with when. */
  readonly ended: Promise<number>;
  readonly run;
  readonly errors: unknown[] = [];
  readonly #client;

  constructor(
    readonly name: string,
    url: string,
    executionId: string,
    credential: () => Promise<{ token: string }>,
  ) {
    // One connection for each client: a load balancer would spread the requests of one that polls.
    this.#client = createStreamingClient({ url, auth: credential, transports: ['websocket'] });
    this.#client.on('connection', ({ state }) => {
      if (state === 'reconnecting') this.check.lost();
      else if (state === 'connected') this.check.back();
    });
    this.run = this.#client.execution(executionId);
    const { run } = this;
    run.on('update', (update) => {
      this.check.accept(update);
      if (update.type === 'workflow:error') this.errors.push(update.data.error?.code);
    });
    this.halfway = new Promise((resolve) => {
      run.on('update', (update) => isHalfway(update) && resolve());
    });
    const now = (): number => performance.now();
    this.ended = run.done.then(now, now);
  }

  /** Says yes to the question of the agent. */
  async approve(): Promise<string> {
    const { id, value } = await new Promise<{ id: string; value: unknown }>((resolve) => {
      const look = (): void => {
        const [question] = this.run.interrupts;
        if (question) resolve(question);
      };
      this.run.on('update', look);
      look();
    });
    await this.#client.respond(this.run.id, true, id);
    return (value as { question: string }).question;
  }

  close(): void {
    this.#client.close();
  }
}

function isHalfway({ type, data }: StreamUpdate): boolean {
  return type === 'progress' && data.progress === 100;
}
