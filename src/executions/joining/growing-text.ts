import { sameIds } from '../../log/log-entry.js';
import type { TokenOptions } from '../emitter.js';
import type { JoinedOptions, MessagePart } from './message-part.js';

/**
 * Text that waits to go out. What its first token said of it is copied, so that what a source changes
 * while it waits cannot change what was streamed.
 */
export interface PendingText extends Pick<
  TokenOptions,
  'role' | 'messageId' | 'blockIndex' | 'targets' | 'rooms' | 'flushIntervalMs'
> {
  content: string;
  /** How many tokens were joined. */
  count: number;
  /** Which part of the message, when it is not the text. */
  readonly part: MessagePart | undefined;
  readonly metadataJson: string;
  /** Whether it waits for its interval; after a silence it goes out at once. */
  readonly waits: boolean;
}

/** The first half of a character, and what was said of it. */
export interface TextHalf {
  readonly content: string;
  readonly options: JoinedOptions;
  readonly metadataJson: string;
}

/** The text of one message, or what a node says without naming a message. */
export interface GrowingText {
  readonly lane: Lane;
  readonly messageId: string | undefined;
  /** When text of it last went out, on the monotonic clock. */
  flushedAt: number;
  /** Which part of the message that was. */
  flushedPart: string | undefined;
  /** How long the text that came after is joined. */
  intervalMs: number;
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

/** What speaks in one place: a node, and of parallel runs of a node each for itself. */
export interface Lane extends Scope {
  readonly nodeId: string | undefined;
  readonly texts: Map<string | undefined, GrowingText>;
  /** Whether the last token named its message. */
  named: boolean;
}

/** Where in a graph something is said. */
export interface Scope {
  readonly taskId: string | undefined;
  readonly namespace: readonly string[];
}

/** Where an update with this metadata belongs. */
export function scopeOf(metadata: TokenOptions['metadata']): Scope {
  const namespace = metadata?.['namespace'];
  return { taskId: taskIdOf(metadata), namespace: Array.isArray(namespace) ? namespace : [] };
}

function taskIdOf(metadata: TokenOptions['metadata']): string | undefined {
  const taskId = metadata?.['taskId'];
  return typeof taskId === 'string' ? taskId : undefined;
}

/** Whether a token with these options is of this text. */
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
 * Whether the order of what is said in two places matters. It does not between parallel tasks; a task
 * and what runs below it are one place, and so is everything that names no task.
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
