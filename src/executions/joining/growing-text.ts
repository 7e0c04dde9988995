import { sameIds } from '../../log/log-entry.js';
import type { TokenOptions } from '../emitter.js';
import type { JoinedOptions, MessagePart } from './message-part.js';

/**
 * Text that waits to be sent. The options of its first token are copied, so that later changes of the source
 * have no effect.
 */
export interface PendingText extends Pick<
  TokenOptions,
  'role' | 'messageId' | 'blockIndex' | 'targets' | 'rooms' | 'flushIntervalMs'
> {
  content: string;
  /** How many tokens were joined. */
  count: number;
  /** The part of the message, if it is not the text. */
  readonly part: MessagePart | undefined;
  readonly metadataJson: string;
  /** Whether it waits for its interval. After a silence it is sent immediately. */
  readonly waits: boolean;
}

/** The first half of a character, and its options. */
export interface TextHalf {
  readonly content: string;
  readonly options: JoinedOptions;
  readonly metadataJson: string;
}

/** The text of one message, or text of a node without a message. */
export interface GrowingText {
  readonly lane: Lane;
  readonly messageId: string | undefined;
  /** When its text was last sent (monotonic clock). */
  flushedAt: number;
  /** The part of the message that was sent then. */
  flushedPart: string | undefined;
  /** How long later text is joined. */
  intervalMs: number;
  /** When the text that waits is sent, on the monotonic clock. */
  wakesAt: number;
  pending: PendingText | undefined;
  /** Waits for the other half of a character that the source split. */
  half: TextHalf | undefined;
}

/** Half of a character, in UTF-16, that comes without its other half. */
const HALF = /\p{Surrogate}/gu;

/** Whether a text ends in the middle of a character. */
export function endsInHalf(content: string): boolean {
  const last = content.charCodeAt(content.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/** Splits a text that ends in the middle of a character. */
export function splitHalf(content: string): { readonly whole: string; readonly half: string } {
  const whole = endsInHalf(content) ? content.slice(0, -1) : content;
  return { whole, half: content.slice(whole.length) };
}

/** The text with U+FFFD for each half of a character, which clients of other languages cannot encode. */
export function wellFormed(content: string): string {
  return content.replace(HALF, '\uFFFD');
}

/** The texts of one place: of a node, or of one of its parallel runs. */
export interface Lane extends Scope {
  readonly nodeId: string | undefined;
  readonly texts: Map<string | undefined, GrowingText>;
  /** Whether the last token named its message. */
  named: boolean;
}

/** A place in a graph where text comes from. */
export interface Scope {
  readonly taskId: string | undefined;
  readonly namespace: readonly string[];
}

/** The place of an update with this metadata. */
export function scopeOf(metadata: TokenOptions['metadata']): Scope {
  const namespace = metadata?.['namespace'];
  return { taskId: taskIdOf(metadata), namespace: Array.isArray(namespace) ? namespace : [] };
}

function taskIdOf(metadata: TokenOptions['metadata']): string | undefined {
  const taskId = metadata?.['taskId'];
  return typeof taskId === 'string' ? taskId : undefined;
}

/** Whether a token with these options belongs to this text. */
export function isOf(
  { lane, messageId }: GrowingText,
  options: Pick<TokenOptions, 'nodeId' | 'messageId' | 'metadata'>,
): boolean {
  return (
    messageId === options.messageId &&
    lane.nodeId === options.nodeId &&
    lane.taskId === taskIdOf(options.metadata)
  );
}

/**
 * Whether the order of updates of two places matters. It does not matter between parallel tasks. A task and
 * the tasks below it are one place. All updates without a task are one place too.
 */
export function areOrdered(one: Scope, other: Scope): boolean {
  if (one.taskId === undefined || other.taskId === undefined) return true;
  return one.taskId === other.taskId || isBelow(one, other.taskId) || isBelow(other, one.taskId);
}

/** A namespace is a path of `node:task`. */
function isBelow({ namespace }: Scope, taskId: string): boolean {
  return namespace.some((segment) => segment.endsWith(`:${taskId}`));
}

/** Whether a token with these options continues the text that waits. */
export function continues(
  pending: PendingText,
  options: JoinedOptions,
  metadataJson: string,
): boolean {
  return (
    pending.part?.key === options.part?.key &&
    pending.metadataJson === metadataJson &&
    pending.role === options.role &&
    pending.messageId === options.messageId &&
    pending.blockIndex === options.blockIndex &&
    pending.flushIntervalMs === options.flushIntervalMs &&
    sameIds(pending.targets, options.targets) &&
    sameIds(pending.rooms, options.rooms)
  );
}
