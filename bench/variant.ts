/** How viewers reach a server. */
export type ViewerKind = 'websocket' | 'socket.io' | 'sse';

/** Where one run of a server takes its tokens. */
export interface RunSink {
  token(content: string, index: number): void;
  /** Resolves when it can take more; absent: it always can. */
  ready?(): Promise<void>;
  end(): Promise<void> | void;
}

/** One way to stream tokens to viewers, as a running server. */
export interface Variant {
  readonly port: number;
  readonly viewer: ViewerKind;
  /** Makes a run that viewers can subscribe to. */
  open(runId: string): RunSink | Promise<RunSink>;
}

/** How a server is set up. Only the library takes the first two. */
export interface VariantOptions {
  /** @default the library's default */
  readonly flushIntervalMs?: number | undefined;
  /** How long a client may take nothing before it is given up, in ms. @default the library's default */
  readonly patienceMs?: number | undefined;
  /** The Redis that instances share. @default none; the variants named after an adapter need one */
  readonly redisUrl?: string | undefined;
}

/** The Socket.IO namespace of every Socket.IO server here. */
export const NAMESPACE = '/streaming';

/** Signs the credentials of viewers. */
export const SECRET = 'benchmark-secret-of-at-least-32-bytes';

/** The principal of every viewer. */
export const PRINCIPAL = 'viewer';

/** An update as the baselines send it: the same facts as the library's, built for each token. */
export function tokenUpdate(runId: string, content: string, index: number): object {
  return {
    type: 'token',
    data: { content },
    metadata: {
      timestamp: Date.now(),
      sequenceNumber: index + 1,
      executionId: runId,
      nodeId: 'agent',
    },
  };
}
