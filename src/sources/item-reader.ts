import { types } from 'node:util';
import { isList, isRecord } from '../common/is-record.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { piecesOfMessage, type ModelPiece } from './model-piece.js';
import { AiSdkReader } from './sdk/ai-sdk-reader.js';
import { AnthropicReader } from './sdk/anthropic-reader.js';
import { ByteReader } from './sdk/byte-reader.js';
import { LineReader, type ReadLines } from './sdk/line-reader.js';
import { LangChainEventReader, readTuple } from './sdk/langchain-reader.js';
import { OpenAiChatReader } from './sdk/openai-chat-reader.js';
import { OpenAiResponsesReader } from './sdk/openai-responses-reader.js';
import type { SdkReader } from './sdk/sdk-reader.js';
import { isMessageLike } from './streamed-message.js';

/** Reads the items of one stream as output of a model. The items may come from any known library. */
export class ItemReader {
  readonly #readers = sdkReaders();
  /** The reader of the last item, because most streams have items of one kind. */
  #last: SdkReader | undefined;
  readonly #bytes = new ByteReader();
  /** The text in the bodies of responses. */
  readonly #lines = new LineReader((item) => sdkReaders().some((reader) => reader.read(item)));

  /** @returns undefined if the item is of another kind; an empty list if it has nothing to stream */
  read(item: unknown): readonly ModelPiece[] | undefined {
    if (typeof item === 'string') return [{ text: item }];
    if (types.isUint8Array(item)) return this.#readBytes(item);
    if (types.isAnyArrayBuffer(item)) return this.#readBytes(new Uint8Array(item));
    if (isList(item)) return readTuple(item);
    if (!isRecord(item)) return undefined;
    if (isMessageLike(item)) return piecesOfMessage(item);
    return isTokenUpdate(item) ? this.read(item.data) : this.#readSdk(item);
  }

  /** The pieces that still wait when the stream ends. */
  end(): readonly ModelPiece[] {
    const rest = this.#bytes.end();
    return [...this.#piecesOf(this.#lines.end()), ...(rest ? [asCustom(rest)] : [])];
  }

  #readBytes(chunk: Uint8Array): ModelPiece[] {
    const decoded = this.#bytes.read(chunk);
    if ('text' in decoded) return this.#piecesOf(this.#lines.read(decoded.text));
    return [...this.#piecesOf(this.#lines.end()), asCustom(decoded.bytes)];
  }

  #piecesOf({ text, items }: ReadLines): ModelPiece[] {
    const pieces = items.flatMap((item) => this.#readSdk(item) ?? [asCustom(item)]);
    return text === '' ? pieces : [{ text }, ...pieces];
  }

  #readSdk(item: Readonly<Record<string, unknown>>): readonly ModelPiece[] | undefined {
    const known = this.#last?.read(item);
    if (known) return known;
    for (const reader of this.#readers) {
      const pieces = reader === this.#last ? undefined : reader.read(item);
      if (!pieces) continue;
      this.#last = reader;
      return pieces;
    }
    return undefined;
  }
}

function sdkReaders(): readonly SdkReader[] {
  return [
    new OpenAiChatReader(),
    new OpenAiResponsesReader(),
    new AnthropicReader(),
    new LangChainEventReader(),
    new AiSdkReader(),
  ];
}

function asCustom(data: unknown): ModelPiece {
  return { update: { type: StreamEventType.CUSTOM, data } };
}

function isTokenUpdate(value: unknown): value is { readonly data: unknown } {
  if (!isRecord(value) || value['type'] !== StreamEventType.TOKEN) return false;
  const { data } = value;
  return typeof data === 'string' || isMessageLike(data);
}
