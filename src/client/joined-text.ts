import type { StreamUpdate } from '../protocol/stream-update.js';

/** The text that token updates add up to: all of it in the order of arrival, and that of each node. */
export class JoinedText {
  #text: string;
  #byNode: Map<string, string>;

  constructor(text = '', byNode: Readonly<Record<string, string>> = {}) {
    this.#text = text;
    this.#byNode = new Map(Object.entries(byNode));
  }

  get text(): string {
    return this.#text;
  }

  get byNode(): ReadonlyMap<string, string> {
    return this.#byNode;
  }

  add(update: StreamUpdate): void {
    // A source can give any type any data.
    if (update.type !== 'token' || typeof update.data?.content !== 'string') return;
    const { content } = update.data;
    const nodeId = update.metadata?.nodeId;
    this.#text += content;
    if (nodeId !== undefined) this.#byNode.set(nodeId, (this.#byNode.get(nodeId) ?? '') + content);
  }

  clear(): void {
    this.#text = '';
    // A new map: whoever holds the old one keeps what it showed.
    this.#byNode = new Map();
  }
}
