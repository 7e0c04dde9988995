import { HumanMessage } from '@langchain/core/messages';
import { MemorySaver } from '@langchain/langgraph';
import { Inject, Injectable } from '@nestjs/common';
import { StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import type { ModelFor } from '../agent/model-for.js';
import { MODELS } from '../agent/models.js';
import { createTravelAgent } from '../agent/travel-agent.js';

/** Runs the agent. */
@Injectable()
export class ChatService {
  readonly #checkpointer = new MemorySaver();
  readonly #agent: ReturnType<typeof createTravelAgent>;

  constructor(
    private readonly streaming: StreamingService,
    @Inject(MODELS) models: ModelFor,
  ) {
    this.#agent = createTravelAgent(models, this.#checkpointer);
  }

  /**
   * Starts a run that belongs to a user: only that user can follow it, answer it or stop it.
   *
   * @returns the id of the execution, under which viewers follow it
   */
  ask(userId: string, question: string): string {
    const input = { messages: [new HumanMessage(question)] };
    const { executionId, done } = this.streaming.run(
      langGraph(this.#agent, input, { subgraphs: true }),
      { owner: { principalId: userId } },
    );
    // Late viewers read the log; the checkpoints of the graph are of no more use.
    const forget = (): Promise<void> => this.#checkpointer.deleteThread(executionId);
    void done.then(forget, forget);
    return executionId;
  }
}
