import type { ModelPiece } from '../model-piece.js';

/** An item of a stream, as an object whose properties can be read by name. */
export type SdkItem = Readonly<Record<string, unknown>>;

/** Reads the stream of one kind of SDK, by the shape of its items. */
export interface SdkReader {
  /** @returns undefined if the item is not from this SDK; an empty list if it has nothing to stream */
  read(item: SdkItem): readonly ModelPiece[] | undefined;
}
