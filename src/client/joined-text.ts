import type { StreamUpdate, TokenData } from '../protocol/stream-update.js';

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
    if (!isTokenUpdate(update)) return;
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

function isTokenUpdate(update: StreamUpdate): update is StreamUpdate<TokenData> {
  const { type, data } = update;
  return (
    type === 'token' &&
    typeof data === 'object' &&
    data !== null &&
    'content' in data &&
    typeof data.content === 'string'
  );
}
