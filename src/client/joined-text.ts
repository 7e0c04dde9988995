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
  #text = '';
  #byNode = new Map<string, string>();
  #byAgent = new Map<string, string>();

  constructor(before: JoinedBefore = {}) {
    this.#before = before;
    this.#join();
  }

  get text(): string {
    return this.#text;
  }

  get byNode(): ReadonlyMap<string, string> {
    return this.#byNode;
  }

  get byAgent(): ReadonlyMap<string, string> {
    return this.#byAgent;
  }

  add(update: StreamUpdate): void {
    if (update.type === 'node:retry') this.#takeOut(update.data?.taskId);
    // A source may emit any data with any type.
    if (update.type !== 'token' || typeof update.data?.content !== 'string') return;
    const text = update.data.content;
    const { nodeId, agent }: Partial<StreamUpdateMetadata> = update.metadata ?? {};
    const piece = { text, nodeId, agent, path: taskPath(update.metadata) };
    const last = this.#pieces.at(-1);
    if (last?.path === piece.path && last.nodeId === nodeId && last.agent === agent) {
      last.text += text;
    } else this.#pieces.push(piece);
    this.#append(piece);
  }

  clear(): void {
    this.#before = {};
    this.#pieces = [];
    this.#join();
  }

  /** A task, and the tasks below it. */
  #takeOut(taskId: unknown): void {
    this.#pieces = this.#pieces.filter(({ path }) => !isOfTask(path, taskId));
    this.#join();
  }

  #join(): void {
    const { text = '', nodeTexts = {}, agentTexts = {} } = this.#before;
    this.#text = text;
    // New maps, so that the old maps, which a page may still show, do not change.
    this.#byNode = new Map(Object.entries(nodeTexts));
    this.#byAgent = new Map(Object.entries(agentTexts));
    for (const piece of this.#pieces) this.#append(piece);
  }

  #append({ text, nodeId, agent }: Piece): void {
    this.#text += text;
    extend(this.#byNode, nodeId, text);
    extend(this.#byAgent, agent, text);
  }
}

function extend(texts: Map<string, string>, key: string | undefined, text: string): void {
  if (key !== undefined) texts.set(key, (texts.get(key) ?? '') + text);
}
