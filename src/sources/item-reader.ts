import { isRecord } from '../common/is-record.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { isMessageLike, splitModelOutput } from './streamed-message.js';

/** A piece of what a model, or somebody else, says. */
export interface ModelPiece {
  /** What is streamed as a token. */
  readonly text: string;
  readonly role?: string | undefined;
  readonly messageId?: string | undefined;
  /** What is no text, as a partial message. */
  readonly rest?: StreamedMessage | undefined;
}

/** Reads the items of one stream as what a model says, whichever library made them. */
export class ItemReader {
  /** @returns undefined when an item is something else; empty when there is nothing to tell of it */
  read(item: unknown): readonly ModelPiece[] | undefined {
    if (typeof item === 'string') return [{ text: item }];
    if (isMessageLike(item)) return [splitModelOutput(item)];
    if (isTokenUpdate(item)) return this.read(item.data);
    return undefined;
  }

  /** What waits for its other half when the stream is over. */
  end(): readonly ModelPiece[] {
    return [];
  }
}

function isTokenUpdate(value: unknown): value is { readonly data: unknown } {
  if (!isRecord(value) || value['type'] !== StreamEventType.TOKEN) return false;
  const { data } = value;
  return typeof data === 'string' || isMessageLike(data);
}
