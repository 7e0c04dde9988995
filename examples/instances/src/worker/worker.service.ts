import { HumanMessage } from '@langchain/core/messages';
import { MemorySaver } from '@langchain/langgraph';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { MODELS, type ModelFor } from '../agent/model-for.js';
import { createTravelAgent } from '../agent/travel-agent.js';
import { JobQueue, type Job } from '../job-queue.js';

/** Takes jobs from the queue, and runs the agent for each. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #agent: ReturnType<typeof createTravelAgent>;

  constructor(
    private readonly streaming: StreamingService,
    private readonly queue: JobQueue,
    @Inject(MODELS) models: ModelFor,
  ) {
    this.#agent = createTravelAgent(models, new MemorySaver());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.connect();
    void this.#work();
  }

  beforeApplicationShutdown(): void {
    this.queue.close();
  }

  async #work(): Promise<void> {
    for (;;) {
      const job = await this.queue.next().catch(() => undefined);
      if (!job) return;
      await this.#begin(job);
    }
  }

  /** Whoever may follow the run has been there since it was reserved. */
  async #begin({ executionId, question }: Job): Promise<void> {
    const input = { messages: [new HumanMessage(question)] };
    const source = langGraph(this.#agent, input, { subgraphs: true });
    try {
      const { done } = await this.streaming.start(source, { executionId, onExists: 'adopt' });
      // Viewers are told when it fails.
      done.catch(() => undefined);
    } catch {
      // A viewer cancelled it while it waited.
    }
  }
}
