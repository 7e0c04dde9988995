import type { StreamUpdate, StreamUpdateMetadata } from '../protocol/stream-update.js';

import { isOfTask, taskPath } from './task-path.js';

/** Neighbouring text of one origin. */
interface Piece {
  text: string;
  readonly nodeId: string | undefined;
  readonly agent: string | undefined;
  /** The task and the tasks above it. Each part ends with `:task`. */
  readonly path: string;
}

/** Text that was joined before, without its parts. */
interface JoinedBefore {
  readonly text?: string;
  readonly nodeTexts?: Readonly<Record<string, string>>;
  readonly agentTexts?: Readonly<Record<string, string>>;
}

/**
 * The joined text of token updates: all text in order of arrival, the text of each node, and the text of each
 * agent. The text of a failed attempt of a node is removed.
 */
export class JoinedText {
  #before: JoinedBefore;
  #pieces: Piece[] = [];
  /** All of it. */
  text = '';

  constructor(before: JoinedBefore = {}) {
    this.#before = before;
    this.#restart([]);
  }

  /** All of it, to go on later. */
  get known(): JoinedBefore {
    const { text, byNode, byAgent } = this;
    const nodeTexts = Object.fromEntries(byNode);
    return {
      text,
      nodeTexts,
      ...(byAgent.size > 0 && { agentTexts: Object.fromEntries(byAgent) }),
    };
  }

  /** The text of each node. */
  get byNode(): Map<string, string> {
    return this.#by('nodeId', this.#before.nodeTexts);
  }

  /** The text of each agent. */
  get byAgent(): Map<string, string> {
    return this.#by('agent', this.#before.agentTexts);
  }

  add(update: StreamUpdate): void {
    // A task, and the tasks below it.
    if (update.type === 'node:retry')
      this.#restart(this.#pieces.filter(({ path }) => !isOfTask(path, update.data?.taskId)));
    // A source may emit any data with any type.
    if (update.type !== 'token' || typeof update.data?.content !== 'string') return;
    const text = update.data.content;
    const { nodeId, agent }: Partial<StreamUpdateMetadata> = update.metadata ?? {};
    const path = taskPath(update.metadata);
    const last = this.#pieces.at(-1);
    if (last?.path === path && last.nodeId === nodeId && last.agent === agent) last.text += text;
    else this.#pieces.push({ text, nodeId, agent, path });
    this.text += text;
  }

  clear(): void {
    this.#before = {};
    this.#restart([]);
  }

  #by(key: 'nodeId' | 'agent', before: Readonly<Record<string, string>> = {}): Map<string, string> {
    const texts = new Map(Object.entries(before));
    for (const { text, [key]: name } of this.#pieces)
      if (name !== undefined) texts.set(name, (texts.get(name) ?? '') + text);
    return texts;
  }

  /** Starts again with the text that was known before, and these pieces. */
  #restart(pieces: Piece[]): void {
    const { text = '' } = this.#before;
    this.#pieces = pieces;
    this.text = text + pieces.map((piece) => piece.text).join('');
  }
}
