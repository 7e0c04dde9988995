import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AgentRegistry } from './agents/agent-registry.js';
import { MemoryBackend } from './cluster/memory/memory-backend.js';
import type { StreamingBackend } from './cluster/streaming-backend.js';
import { recordOf } from './common/is-record.js';
import { GatewayRuntime } from './gateway/gateway-runtime.js';
import type { ResolvedStreamingOptions } from './options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS, STREAMING_BACKEND } from './options/tokens.js';

/** The checkpointers of LangGraph that keep their data in the memory of the process. */
const IN_MEMORY: readonly unknown[] = ['MemorySaver', 'InMemorySaver'];

/** When the application has started, logs its gateways and agents, and warns of agents that instances cannot share. */
@Injectable()
export class StreamingBootLog implements OnApplicationBootstrap {
  readonly #logger = new Logger('StreamingModule');

  constructor(
    private readonly gateways: GatewayRuntime,
    private readonly agents: AgentRegistry,
    @Inject(RESOLVED_STREAMING_OPTIONS) private readonly options: ResolvedStreamingOptions,
    @Inject(STREAMING_BACKEND) private readonly backend: StreamingBackend,
  ) {}

  onApplicationBootstrap(): void {
    const { namespaces } = this.gateways;
    const { names } = this.agents;
    const line = [listed('gateways', [...namespaces]), listed('agents', names)]
      .filter((part) => part !== '')
      .join('; ');
    if (line !== '') this.#logger.log(line.charAt(0).toUpperCase() + line.slice(1));
    // With `memoryBackend`, the instances are in one process and can share a checkpointer in its memory.
    if (!this.options.backend || this.backend instanceof MemoryBackend) return;
    for (const name of names) this.#warnIfSplit(name);
  }

  #warnIfSplit(name: string): void {
    const checkpointer = inMemoryCheckpointerOf(this.agents.get(name).agent);
    if (checkpointer === undefined) return;
    this.#logger.warn(
      `The agent "${name}" keeps its conversations in the memory of this instance (${checkpointer}). Other instances do not see them, so a conversation is split between the instances. Compile its graph with a checkpointer that all instances share, such as PostgresSaver.`,
    );
  }
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what}: ${names.join(', ')}`;
}

/** The class name of the checkpointer of an agent's graph, if it keeps its data in memory. */
function inMemoryCheckpointerOf(agent: object): string | undefined {
  try {
    const { checkpointer } = recordOf(recordOf(agent)['graph']);
    const { name } = recordOf(checkpointer).constructor;
    return IN_MEMORY.includes(name) ? name : undefined;
  } catch {
    // `graph` can be a getter of the application. A warning must not stop the boot.
    return undefined;
  }
}
