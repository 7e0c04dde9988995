import type { StreamUpdate } from '../../../src/client/index.js';
import { sequencesOf } from '../../e2e/client/waiters.js';

/** What a viewer got of one channel, in the form in which viewers of every language report it. */
export interface Received {
  readonly sequences: number[];
  /** `[type, data, nodeId]` of each update. */
  readonly updates: [type: string, data: unknown, nodeId: string | null | undefined][];
}

/** What a viewer got of each channel, by its id. */
export type Report = Readonly<Record<string, Received>>;

/** Someone who watches over a network. */
export interface Viewer {
  readonly name: string;
  /** Resolves when the viewer follows everything. */
  readonly ready: Promise<unknown>;
  /** Resolves when all that is followed is over. */
  readonly report: Promise<Report>;
  /** Loses all but what a page keeps over a reload, if the viewer is a page. */
  reload?(): void;
}

export class Collected implements Received {
  readonly sequences: number[] = [];
  readonly updates: [string, unknown, string | undefined][] = [];

  add(update: StreamUpdate): void {
    this.sequences.push(...sequencesOf(update));
    this.updates.push([update.type, update.data, update.metadata?.nodeId]);
  }
}
