import { StreamingError } from '../../errors/streaming.error.js';
import {
  DEFAULT_STREAM_MODES,
  STREAM_MODES,
  type LangGraphOptions,
  type LangGraphStreamMode,
} from './lang-graph-options.js';

/** Needed for every run: they tell the result, the interrupts and the nodes. */
const INTERNAL_MODES = ['values', 'updates', 'tasks'] as const;

/** What `chat` stands for, beside light checkpoints and the final state. */
const CHAT_MODES = ['messages', 'updates', 'custom', 'tools'] as const;

/** How much of subgraphs is streamed: all, only what their models and nodes say, or nothing. */
export type SubgraphReach = NonNullable<LangGraphOptions['subgraphs']>;

/** What of a run is streamed. */
export class StreamSelection {
  readonly nodeEvents: boolean;
  /** The modes whose chunks are streamed as they are. */
  readonly modes: ReadonlySet<string>;
  readonly #subgraphs: SubgraphReach;
  readonly #isChat: boolean;

  /** @throws StreamingError `INVALID_OPTIONS` for a mode that there is not */
  constructor(options: Omit<LangGraphOptions, 'config'>) {
    const { streamMode = DEFAULT_STREAM_MODES, subgraphs = 'output', nodeEvents = true } = options;
    const modes = new Set(typeof streamMode === 'string' ? [streamMode] : streamMode);
    for (const mode of modes) if (!STREAM_MODES.includes(mode)) throw unknownMode(mode);
    this.nodeEvents = nodeEvents;
    this.#subgraphs = subgraphs;
    this.#isChat = modes.delete('chat');
    this.modes = new Set<string>(this.#isChat ? [...modes, ...CHAT_MODES] : modes);
  }

  /** The modes to ask the graph for; with checkpoints whether they are streamed or not. */
  graphModes(withCheckpoints: boolean): string[] {
    const modes = new Set([...this.modes, ...INTERNAL_MODES]);
    if (withCheckpoints || this.checkpoints !== 'none') modes.add('checkpoints');
    return [...modes];
  }

  /** Whether checkpoints are streamed, and with their states or without. */
  get checkpoints(): 'full' | 'light' | 'none' {
    if (this.modes.has('checkpoints')) return 'full';
    return this.#isChat ? 'light' : 'none';
  }

  /** Whether the state is streamed when the run ends. */
  get finalState(): boolean {
    return this.#isChat && !this.modes.has('values');
  }

  /** Whether states, updates, tasks, tools and node events of a graph are streamed. */
  reaches(namespace: readonly string[]): boolean {
    return namespace.length === 0 || this.#subgraphs === true;
  }

  /** Whether what models and nodes of a graph say is streamed. */
  hears(namespace: readonly string[]): boolean {
    return namespace.length === 0 || this.#subgraphs !== false;
  }
}

function unknownMode(mode: LangGraphStreamMode): StreamingError {
  return new StreamingError(
    'INVALID_OPTIONS',
    `There is no stream mode ${JSON.stringify(mode)}; use ${STREAM_MODES.join(', ')}.`,
  );
}
