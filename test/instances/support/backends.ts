import { describe } from '@jest/globals';
import type { MemoryBackend } from '../../../src/cluster/memory/memory-backend.js';
import {
  memoryBackend,
  STREAMING_BACKEND,
  type StreamingBackendFactory,
} from '../../../src/entries/log.js';
import { type StreamingModuleOptions } from '../../../src/index.js';
import { startApp, type StreamingApp } from '../../support/streaming-app.js';

/** The instances of one application, in this process. */
export interface Instances {
  /** Starts one more. */
  start(options?: StreamingModuleOptions): Promise<StreamingApp>;
  /** The others take an instance for dead, as if it were killed, frozen or cut off. It runs on. */
  vanish(app: StreamingApp): Promise<void>;
  /** It comes back. */
  reappear(app: StreamingApp): Promise<void>;
}

const inMemory = async (): Promise<Instances> => {
  const backend: StreamingBackendFactory = memoryBackend();
  const own = ({ app }: StreamingApp): MemoryBackend => app.get(STREAMING_BACKEND);
  return {
    start: (options = { gateway: {} }) => startApp({ ...options, backend }),
    vanish: async (app) => own(app).vanish(),
    reappear: async (app) => own(app).reappear(),
  };
};

/** Every backend, by which the behaviour of instances is shown. */
export const BACKENDS = [['memory', inMemory]] as const;

/** Describes behaviour that instances have by every backend. */
export function describeInstances(
  what: string,
  behaviour: (instances: () => Promise<Instances>) => void,
): void {
  describe.each(BACKENDS)(`${what}, by the backend in %s`, (_name, make) => {
    behaviour(make);
  });
}
