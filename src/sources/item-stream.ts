import type { EmitOptions } from '../executions/emitter.js';
import type { ExecutionContext } from '../executions/execution-source.js';
import { adviseOnItem } from './advise-on-item.js';
import { emitCustom, emitMessage, isUpdate, emitUpdate } from './emit-item.js';
import { ItemReader } from './item-reader.js';
import type { ModelPiece } from './model-piece.js';
import { toPlainData } from './plain-data.js';
import { streamedAlready } from './taps/streamers.js';

/** Streams the items of one source, each as the updates that its shape says. */
export class ItemStream {
  readonly #reader = new ItemReader();
  readonly #isStreamed: (item: unknown) => boolean;

  constructor(
    source: object,
    private readonly context: ExecutionContext,
  ) {
    this.#isStreamed = streamedAlready(source);
  }

  /** @throws what the item says that the source failed with */
  accept(item: unknown): void {
    if (this.#isStreamed(item)) return;
    if (isUpdate(item)) {
      emitUpdate(item, this.context);
      return;
    }
    const pieces = this.#reader.read(item);
    if (pieces) {
      for (const piece of pieces) this.#emit(piece);
      return;
    }
    adviseOnItem(item, 'is streamed as a `custom` update');
    emitCustom(toPlainData(item), this.context);
  }

  /** The source is over. */
  end(): void {
    for (const piece of this.#reader.end()) this.#emit(piece);
  }

  #emit({ nodeId, failure, update, message, text = '', ...facts }: ModelPiece): void {
    if (failure) throw failure.error;
    const options: EmitOptions = { nodeId };
    const { role, messageId, blockIndex } = facts;
    if (update) this.context.emit(update.type, toPlainData(update.data), options);
    if (message) emitMessage(message, this.context, options);
    if (text !== '') this.context.token(text, { ...options, role, messageId, blockIndex });
  }
}
