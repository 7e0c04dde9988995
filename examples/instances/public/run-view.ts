import type { StreamUpdate, SubscriptionSnapshot } from '@hive-academy/langgraph-streaming/client';

/** One run of a node. */
export interface NodeView {
  readonly name: string;
  /** Whether it belongs to a subgraph. */
  readonly inner: boolean;
  readonly state: 'running' | 'completed' | 'failed' | 'ended';
  readonly durationMs?: number;
}

/** What a viewer shows besides the text, which the client joins. */
export interface RunView {
  readonly nodes: Readonly<Record<string, NodeView>>;
  readonly progress: number;
  readonly progressMessage: string;
}

export const EMPTY_VIEW: RunView = { nodes: {}, progress: 0, progressMessage: '' };

const NODE_STATES: Readonly<Record<string, NodeView['state']>> = {
  'node:start': 'running',
  'node:complete': 'completed',
  'node:error': 'failed',
  'node:end': 'ended',
};

/** The view after one more update. */
export function withUpdate(view: RunView, { type, data, metadata }: StreamUpdate): RunView {
  const state = NODE_STATES[type];
  if (state) {
    const { taskId, durationMs } = data as { taskId: string; durationMs?: number };
    const node: NodeView = {
      name: metadata?.nodeId ?? '',
      inner: (metadata?.namespace?.length ?? 0) > 0,
      state,
      ...(durationMs !== undefined && { durationMs }),
    };
    return { ...view, nodes: { ...view.nodes, [taskId]: node } };
  }
  if (type === 'progress') {
    const { progress, message = '' } = data;
    return { ...view, progress, progressMessage: message };
  }
  return view;
}

/** What a viewer keeps over a reload of the page: it goes on after the cursor of the snapshot. */
export interface SavedRun {
  readonly executionId: string;
  readonly snapshot: SubscriptionSnapshot;
  readonly view: RunView;
}

/** What was kept under a key, if it is this run. */
export function loadRun(key: string, executionId: string): SavedRun | undefined {
  const saved = sessionStorage.getItem(key);
  const run = saved === null ? undefined : (JSON.parse(saved) as SavedRun);
  return run?.executionId === executionId ? run : undefined;
}

export function saveRun(key: string, run: SavedRun): void {
  sessionStorage.setItem(key, JSON.stringify(run));
}
