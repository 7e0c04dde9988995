import { StreamingError } from '../../errors/streaming.error.js';
import {
  DEFAULT_STREAM_MODES,
  STREAM_MODES,
  type LangGraphOptions,
  type LangGraphStreamMode,
} from './lang-graph-options.js';

/** The modes that every run needs: they have the result, the interrupts and the nodes. */
const INTERNAL_MODES = ['values', 'updates', 'tasks'] as const;

/** The modes of `chat`, besides checkpoints without state and the final state. */
const CHAT_MODES = ['messages', 'updates', 'custom', 'tools'] as const;

/** How much of subgraphs is streamed: all, only the output of their models and nodes, or nothing. */
export type SubgraphReach = NonNullable<LangGraphOptions['subgraphs']>;

/** The selection of updates of a run. */
export class StreamSelection {
  readonly nodeEvents: boolean;
  /** The modes whose chunks are streamed unchanged. */
  readonly modes: ReadonlySet<string>;
  readonly #subgraphs: SubgraphReach;
  readonly #isChat: boolean;

  /** @throws StreamingError `INVALID_OPTIONS` for an unknown mode */
  constructor(options: Omit<LangGraphOptions, 'config'>) {
    const { streamMode = DEFAULT_STREAM_MODES, subgraphs = 'output', nodeEvents = true } = options;
    const modes = new Set(typeof streamMode === 'string' ? [streamMode] : streamMode);
    for (const mode of modes) if (!STREAM_MODES.includes(mode)) throw unknownMode(mode);
    this.nodeEvents = nodeEvents;
    this.#subgraphs = subgraphs;
    this.#isChat = modes.delete('chat');
    this.modes = new Set<string>(this.#isChat ? [...modes, ...CHAT_MODES] : modes);
  }

  /** The modes to request from the graph. They include checkpoints even if checkpoints are not streamed. */
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

  /** Whether the output of models and nodes of a graph is streamed. */
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
