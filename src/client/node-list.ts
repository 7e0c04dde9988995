import type { StreamUpdate } from '../protocol/stream-update.js';
import type { NodeView } from './subscription-view.js';

const STATES: Readonly<Record<string, NodeView['state']>> = {
  'node:start': 'running',
  'node:retry': 'running',
  'node:complete': 'completed',
  'node:error': 'failed',
  'node:end': 'ended',
};

/** The states of the nodes of a graph, from their updates. */
export class NodeList {
  /** A new object after each change. */
  all: Readonly<Record<string, NodeView>> = {};

  add({ type, metadata }: StreamUpdate): void {
    const state = STATES[type];
    const nodeId = metadata?.nodeId;
    if (state && nodeId !== undefined) this.all = { ...this.all, [nodeId]: { state } };
  }

  clear(): void {
    this.all = {};
  }
}
