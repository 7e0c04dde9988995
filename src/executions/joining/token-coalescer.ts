import { draftUpdate, encodeMetadata, sameIds, type UpdateDraft } from '../../log/log-entry.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import type { TokenOptions } from '../execution-source.js';
import type { Flushable, FlushClock } from './flush-clock.js';

/** Joined text goes out at this length without waiting, so that a flat-out source stays bounded. */
const MAX_JOINED_LENGTH = 8_192;

/** How many idle nodes are remembered before they are swept. */
const MAX_IDLE_NODES = 256;

/**
 * The text of one node that waits to go out. What its first token said of it is copied, so that what a
 * source changes while it waits cannot change what was streamed.
 */
interface PendingText extends Pick<
  TokenOptions,
  'role' | 'messageId' | 'targets' | 'rooms' | 'flushIntervalMs'
> {
  content: string;
  /** How many tokens were joined. */
  count: number;
  readonly metadataJson: string;
  /** Whether it waits for its interval; after a silence it goes out at once. */
  readonly waits: boolean;
}

interface NodeText {
  readonly nodeId: string | undefined;
  /** When text of this node last went out, on the monotonic clock. */
  flushedAt: number;
  /** How long the text that came after is joined. */
  intervalMs: number;
  pending: PendingText | undefined;
}

/**
 * Joins the tokens of each node. The first after a silence goes out at once; those that follow
 * within the interval are joined into one update. Nothing is reordered: text of one node stays in
 * order, and {@link flush} is called before anything else of the execution goes out.
 */
export class TokenCoalescer implements Flushable {
  readonly #nodes = new Map<string | undefined, NodeText>();

  /**
   * @param intervalMs - for tokens that name no interval; read when text begins to wait, since it
   * may stretch under load; 0 joins nothing
   * @param emit - takes a joined update
   * @param clock - wakes it up when text is due
   */
  constructor(
    private readonly intervalMs: () => number,
    private readonly emit: (draft: UpdateDraft, rooms: readonly string[] | undefined) => void,
    private readonly clock: FlushClock,
  ) {}

  /** How many nodes it knows. */
  get rememberedNodes(): number {
    return this.#nodes.size;
  }

  /** How many characters wait. */
  get pendingLength(): number {
    let length = 0;
    for (const { pending } of this.#nodes.values()) length += pending?.content.length ?? 0;
    return length;
  }

  /** @throws StreamingError `UPDATE_NOT_SERIALIZABLE`, here rather than when nobody can catch it */
  push(content: string, options: TokenOptions): void {
    if (content === '') return;
    const metadataJson = options.metadata ? encodeMetadata(options.metadata) : '';
    const node = this.#node(options.nodeId);
    if (node.pending && !continues(node.pending, options, metadataJson)) this.#flushNode(node);
    const pending = (node.pending ??= this.#begin(node, options, metadataJson));
    pending.content += content;
    pending.count += 1;
    if (
      !pending.waits ||
      options.priority === 'high' ||
      pending.content.length >= MAX_JOINED_LENGTH ||
      (options.batchSize !== undefined && pending.count >= options.batchSize)
    ) {
      this.#flushNode(node);
    }
  }

  /** Sends what waits, of one node or of all. */
  flush(nodeId?: string): void {
    if (nodeId === undefined) for (const node of this.#nodes.values()) this.#flushNode(node);
    else this.#flushNode(this.#nodes.get(nodeId));
  }

  /** Sends what waits, and is woken up no more. */
  close(): void {
    this.flush();
    this.clock.cancel(this);
    this.#nodes.clear();
  }

  /** Sends what has waited for its interval. */
  flushDue(): void {
    for (const node of this.#nodes.values()) {
      if (!node.pending) continue;
      const dueAt = node.flushedAt + node.intervalMs;
      if (this.clock.isDue(dueAt)) this.#flushNode(node);
      else this.clock.schedule(this, dueAt);
    }
  }

  /** Text begins to wait, unless the node was silent for its interval. */
  #begin(node: NodeText, options: TokenOptions, metadataJson: string): PendingText {
    const { role, messageId, flushIntervalMs } = options;
    node.intervalMs = flushIntervalMs ?? this.intervalMs();
    const dueAt = node.flushedAt + node.intervalMs;
    const waits = performance.now() < dueAt;
    if (waits) this.clock.schedule(this, dueAt);
    const targets = options.targets && [...options.targets];
    const rooms = options.rooms && [...options.rooms];
    return {
      content: '',
      count: 0,
      role,
      messageId,
      flushIntervalMs,
      metadataJson,
      targets,
      rooms,
      waits,
    };
  }

  #node(nodeId: string | undefined): NodeText {
    let node = this.#nodes.get(nodeId);
    if (!node) {
      if (this.#nodes.size >= MAX_IDLE_NODES) this.#sweep();
      node = { nodeId, flushedAt: Number.NEGATIVE_INFINITY, intervalMs: 0, pending: undefined };
      this.#nodes.set(nodeId, node);
    }
    return node;
  }

  #flushNode(node: NodeText | undefined): void {
    if (!node?.pending) return;
    const { content, role, messageId, metadataJson, targets, rooms } = node.pending;
    const { nodeId } = node;
    node.pending = undefined;
    node.flushedAt = performance.now();
    const data = { content, role, messageId };
    const input = { type: StreamEventType.TOKEN, data, nodeId, targets } as const;
    this.emit(draftUpdate(input, metadataJson), rooms);
  }

  #sweep(): void {
    const now = performance.now();
    for (const [nodeId, node] of this.#nodes) {
      if (!node.pending && node.flushedAt + node.intervalMs <= now) this.#nodes.delete(nodeId);
    }
  }
}

/** Whether a token with these options continues the text that waits. */
function continues(pending: PendingText, options: TokenOptions, metadataJson: string): boolean {
  return (
    pending.metadataJson === metadataJson &&
    pending.role === options.role &&
    pending.messageId === options.messageId &&
    pending.flushIntervalMs === options.flushIntervalMs &&
    sameIds(pending.targets, options.targets) &&
    sameIds(pending.rooms, options.rooms)
  );
}
