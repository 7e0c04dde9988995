import type { EmitOptions } from '../executions/emitter.js';
import type { ExecutionContext } from '../executions/execution-source.js';
import { adviseOnItem } from './advise-on-item.js';
import { emitCustom, emitMessage, emitUpdate, readUpdate, type ReadUpdate } from './emit-item.js';
import { ItemReader } from './item-reader.js';
import type { ModelPiece } from './model-piece.js';
import { toPlainData } from './plain-data.js';
import { streamedAlready } from './taps/streamers.js';

/** Streams the items of one source. The form of an item decides its updates. */
export class ItemStream {
  readonly #reader = new ItemReader();
  readonly #isStreamed: (item: unknown) => boolean;

  constructor(
    source: object,
    private readonly context: ExecutionContext,
  ) {
    this.#isStreamed = streamedAlready(source);
  }

  /** @throws the error in an item that says that the source failed */
  accept(item: unknown): void {
    if (this.#isStreamed(item)) return;
    const { update, pieces } = this.#read(item);
    if (update) emitUpdate(update, this.context);
    else if (pieces) for (const piece of pieces) this.#emit(piece);
    else emitCustom(toPlainData(item), this.context);
  }

  /** The pieces of an item; empty if its form is unknown, or if one of its getters throws. */
  #read(item: unknown): {
    update?: ReadUpdate | undefined;
    pieces?: readonly ModelPiece[] | undefined;
  } {
    try {
      const update = readUpdate(item);
      if (update) return { update };
      const pieces = this.#reader.read(item);
      if (!pieces) adviseOnItem(item, 'is streamed as a `custom` update');
      return { pieces };
    } catch {
      return {};
    }
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
