'use client';

export { StreamingProvider, type StreamingProviderProps } from './streaming-provider.js';
export type { ClientSource } from './streaming-store.js';
export { useConnection } from './use-connection.js';
export { useExecution, type ExecutionView } from './use-execution.js';
export { useRequest } from './use-request.js';
export { useRoom } from './use-room.js';
export { useThread, type ThreadCommands } from './use-thread.js';
export type { Selection } from './use-selected.js';
