import type { Provider } from '@nestjs/common';
import { Cluster } from '../cluster/cluster.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS, STREAM_LOG } from '../options/tokens.js';
import type { AbandonedContext } from './abandoned.js';
import { AbandonedEvents } from './abandoned-events.js';
import type { ClaimContext } from './execution-claim.js';
import { ExecutionControl } from './execution-control.js';
import { ExecutionRegistry } from './execution-registry.js';
import { ExecutionReservations } from './execution-reservations.js';
import { LostExecutions } from './lost-executions.js';
import { OwnerAdvice } from './owner-advice.js';
import { ParkedExecutions } from './parked-executions.js';
import { ResumableSources } from './resumable-sources.js';
import { Shutdown } from './shutdown.js';
import { WaitingExecutions } from './waiting-executions.js';

/** The providers that run executions in an application, and end those of dead instances. */
export const EXECUTION_PROVIDERS: Provider[] = [
  {
    provide: Shutdown,
    inject: [ExecutionRegistry, RESOLVED_STREAMING_OPTIONS],
    useFactory: (
      registry: ExecutionRegistry,
      { executions, backend }: ResolvedStreamingOptions,
    ): Shutdown => new Shutdown(registry, { ...executions, parks: backend !== undefined }),
  },
  {
    provide: ExecutionControl,
    inject: [ExecutionRegistry, STREAM_LOG, Cluster, ResumableSources, AbandonedEvents],
    useFactory: (
      executions: ExecutionRegistry,
      log: StreamLog,
      cluster: Cluster,
      sources: ResumableSources,
      events: AbandonedEvents,
    ): ExecutionControl => {
      const parked = new ParkedExecutions(executions, log, cluster, sources);
      return new ExecutionControl(executions, log, cluster, parked, events);
    },
  },
  {
    provide: OwnerAdvice,
    inject: [RESOLVED_STREAMING_OPTIONS],
    useFactory: ({ gateway }: ResolvedStreamingOptions): OwnerAdvice =>
      new OwnerAdvice(gateway.enabled && gateway.authentication !== false && !gateway.accessPolicy),
  },
  {
    provide: AbandonedEvents,
    useFactory: (): AbandonedEvents => new AbandonedEvents(),
  },
  {
    provide: ResumableSources,
    useFactory: (): ResumableSources => new ResumableSources(),
  },
  {
    provide: WaitingExecutions,
    inject: [STREAM_LOG, Cluster, AbandonedEvents],
    useFactory: (log: StreamLog, cluster: Cluster, events: AbandonedEvents): WaitingExecutions =>
      new WaitingExecutions(abandonedContext(log, cluster, events)),
  },
  {
    provide: ExecutionReservations,
    inject: [ExecutionRegistry, STREAM_LOG, Cluster, WaitingExecutions, RESOLVED_STREAMING_OPTIONS],
    useFactory: (
      executions: ExecutionRegistry,
      log: StreamLog,
      cluster: Cluster,
      waiting: WaitingExecutions,
      options: ResolvedStreamingOptions,
    ): ExecutionReservations =>
      new ExecutionReservations(executions, log, claimsOf(cluster, options), waiting),
  },
  {
    provide: LostExecutions,
    inject: [STREAM_LOG, Cluster, ExecutionRegistry, WaitingExecutions, AbandonedEvents],
    useFactory: (
      log: StreamLog,
      cluster: Cluster,
      executions: ExecutionRegistry,
      waiting: WaitingExecutions,
      events: AbandonedEvents,
    ): LostExecutions =>
      new LostExecutions(
        abandonedContext(log, cluster, events),
        executions,
        waiting,
        (id, heldBy) => cluster.release(id, heldBy),
      ),
  },
  {
    provide: ExecutionRegistry,
    inject: [STREAM_LOG, Cluster, RESOLVED_STREAMING_OPTIONS],
    useFactory: (
      log: StreamLog,
      cluster: Cluster,
      { executions, tokens, backend, log: { retentionMs } }: ResolvedStreamingOptions,
    ): ExecutionRegistry =>
      new ExecutionRegistry(log, {
        ...executions,
        instanceId: cluster.instanceId,
        claims: claimsOf(cluster, { backend }),
        retentionMs,
        ...tokens,
      }),
  },
];

/**
 * Without a backend, it is unknown whether other instances with the same log are alive, so their executions
 * are not touched.
 */
function claimsOf(
  cluster: Cluster,
  { backend }: { readonly backend?: unknown },
): Omit<ClaimContext, 'log'> {
  const isAlive = async (instanceId: string): Promise<boolean> =>
    !backend || cluster.isAlive(instanceId);
  return { holds: cluster.holds, isAlive };
}

function abandonedContext(
  log: StreamLog,
  cluster: Cluster,
  events: AbandonedEvents,
): AbandonedContext {
  return { log, holds: cluster.holds, producer: cluster.instanceId, events };
}
