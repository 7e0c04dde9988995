import type { Provider } from '@nestjs/common';
import { SharedPlaces } from '../access/rate-limit/shared-places.js';
import { AgentRegistry } from '../agents/agent-registry.js';
import { Cluster } from '../cluster/cluster.js';
import { MemoryThreadStore } from '../cluster/memory/memory-thread-store.js';
import type { StreamingBackend } from '../cluster/streaming-backend.js';
import { AbandonedEvents } from '../executions/abandoned-events.js';
import { ExecutionControl } from '../executions/execution-control.js';
import { ExecutionRegistry } from '../executions/execution-registry.js';
import { ResumableSources } from '../executions/resumable-sources.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS, STREAMING_BACKEND } from '../options/tokens.js';
import { executionChannel } from '../protocol/channel.js';
import { StreamingService } from '../streaming.service.js';
import { LostRuns } from './lost-runs.js';
import { ThreadLog } from './thread-log.js';
import { ThreadRuns } from './thread-runs.js';
import { ThreadService } from './thread.service.js';

/** The providers that find agents, and keep and run threads. */
export const THREAD_PROVIDERS: Provider[] = [
  AgentRegistry,
  {
    provide: ThreadService,
    inject: [
      AgentRegistry,
      StreamingService,
      ExecutionRegistry,
      ExecutionControl,
      ResumableSources,
      Cluster,
      STREAMING_BACKEND,
      RESOLVED_STREAMING_OPTIONS,
      AbandonedEvents,
    ],
    useFactory: makeThreads,
  },
];

function makeThreads(
  agents: AgentRegistry,
  streaming: StreamingService,
  executions: ExecutionRegistry,
  control: ExecutionControl,
  sources: ResumableSources,
  cluster: Cluster,
  { log: streamLog, limits, threads }: StreamingBackend,
  { agents: options }: ResolvedStreamingOptions,
  abandoned: AbandonedEvents,
): ThreadService {
  const store = threads ?? new MemoryThreadStore(options);
  const log = new ThreadLog(streamLog, cluster.instanceId);
  const runs = new ThreadRuns({
    ...options,
    agents,
    log,
    streaming,
    executions,
    control,
    sources,
    cluster,
    lost: new LostRuns(log, streamLog, cluster, abandoned),
    places: new SharedPlaces(limits, 'runs'),
  });
  const forgetRun = async (executionId: string): Promise<void> => {
    await executions.forget(executionId);
    await streamLog.delete(executionChannel(executionId));
  };
  const { holds } = cluster;
  return new ThreadService({
    agents,
    log,
    runs,
    store,
    limits,
    options,
    holds,
    abandoned,
    forgetRun,
  });
}
