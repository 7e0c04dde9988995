import type { ModelPiece } from '../model-piece.js';

/** An item of a stream, as an object whose properties can be read by name. */
export type SdkItem = Readonly<Record<string, unknown>>;

/** Reads the stream of one kind of SDK, by the shape of its items. */
export interface SdkReader {
  /** @returns undefined when the item is not of this SDK; empty when there is nothing to tell of it */
  read(item: SdkItem): readonly ModelPiece[] | undefined;
}
