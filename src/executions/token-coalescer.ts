import type { UpdateInput } from '../log/log-entry.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import type { TokenOptions } from './execution-source.js';

/** Joined text goes out at this length without waiting, so that a flat-out source stays bounded. */
const MAX_JOINED_LENGTH = 8_192;

/** How many idle nodes are remembered before they are swept. */
const MAX_IDLE_NODES = 256;

/** The text of one node that waits to go out. */
interface PendingText {
  content: string;
  /** How many tokens were joined. */
  count: number;
  readonly options: TokenOptions;
}

interface NodeText {
  /** When text of this node last went out, on the monotonic clock. */
  flushedAt: number;
  /** How long its text is joined. */
  intervalMs: number;
  pending: PendingText | undefined;
}

/**
 * Joins the tokens of each node. The first after a silence goes out at once; those that follow
 * within the interval are joined into one update. Nothing is reordered: text of one node stays in
 * order, and {@link flush} is called before anything else of the execution goes out.
 */
export class TokenCoalescer {
  readonly #nodes = new Map<string | undefined, NodeText>();
  #timer: NodeJS.Timeout | undefined;
  #timerDueAt = 0;

  /**
   * @param intervalMs - for tokens that name no interval; read at each use, since it may stretch
   * under load; 0 joins nothing
   * @param emit - takes a joined update
   * @param onFired - told how late the timer fired, in milliseconds
   */
  constructor(
    private readonly intervalMs: () => number,
    private readonly emit: (update: UpdateInput, options: TokenOptions) => void,
    private readonly onFired?: (lateByMs: number) => void,
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

  push(content: string, options: TokenOptions): void {
    if (content === '') return;
    const node = this.#node(options.nodeId);
    if (node.pending && !sameStream(node.pending.options, options)) this.#flushNode(node);
    node.intervalMs = options.flushIntervalMs ?? this.intervalMs();
    const quietFor = performance.now() - node.flushedAt;
    const pending = (node.pending ??= { content: '', count: 0, options });
    pending.content += content;
    pending.count += 1;
    if (
      options.priority === 'high' ||
      quietFor >= node.intervalMs ||
      pending.content.length >= MAX_JOINED_LENGTH ||
      (options.batchSize !== undefined && pending.count >= options.batchSize)
    ) {
      this.#flushNode(node);
    } else {
      this.#schedule(node.intervalMs - quietFor);
    }
  }

  /** Sends what waits, of one node or of all. */
  flush(nodeId?: string): void {
    if (nodeId === undefined) for (const node of this.#nodes.values()) this.#flushNode(node);
    else this.#flushNode(this.#nodes.get(nodeId));
  }

  /** Sends what waits and stops the timer. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#nodes.clear();
  }

  #node(nodeId: string | undefined): NodeText {
    let node = this.#nodes.get(nodeId);
    if (!node) {
      if (this.#nodes.size >= MAX_IDLE_NODES) this.#sweep();
      node = { flushedAt: Number.NEGATIVE_INFINITY, intervalMs: 0, pending: undefined };
      this.#nodes.set(nodeId, node);
    }
    return node;
  }

  #flushNode(node: NodeText | undefined): void {
    if (!node?.pending) return;
    const { content, options } = node.pending;
    node.pending = undefined;
    node.flushedAt = performance.now();
    const { nodeId, metadata, targets, role, messageId } = options;
    const data = { content, role, messageId };
    this.emit({ type: StreamEventType.TOKEN, data, nodeId, metadata, targets }, options);
  }

  /** One timer serves all nodes; it fires for the one that is due first. */
  #schedule(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#timer !== undefined && dueAt >= this.#timerDueAt) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    this.#timer = setTimeout(() => this.#flushDue(), Math.ceil(delayMs));
  }

  #flushDue(): void {
    this.#timer = undefined;
    const now = performance.now();
    this.onFired?.(now - this.#timerDueAt);
    let next = Number.POSITIVE_INFINITY;
    for (const node of this.#nodes.values()) {
      if (!node.pending) continue;
      const due = node.flushedAt + node.intervalMs;
      // Timers fire up to a millisecond early, and another turn costs more than that.
      if (due - now < 1) this.#flushNode(node);
      else next = Math.min(next, due - now);
    }
    if (next !== Number.POSITIVE_INFINITY) this.#schedule(next);
  }

  #sweep(): void {
    const now = performance.now();
    for (const [nodeId, node] of this.#nodes) {
      if (!node.pending && node.flushedAt + node.intervalMs <= now) this.#nodes.delete(nodeId);
    }
  }
}

/** Whether text with these options continues text with those. */
function sameStream(one: TokenOptions, other: TokenOptions): boolean {
  if (one.role !== other.role || one.messageId !== other.messageId) return false;
  return (
    sameValue(one.metadata, other.metadata) &&
    sameValue(one.targets, other.targets) &&
    sameValue(one.rooms, other.rooms)
  );
}

function sameValue(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
