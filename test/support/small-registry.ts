import { Cluster } from '../../src/cluster/cluster.js';
import { singleInstance } from '../../src/cluster/memory/memory-backend.js';
import { ExecutionControl } from '../../src/executions/execution-control.js';
import {
  ExecutionRegistry,
  type ExecutionRegistryOptions,
} from '../../src/executions/execution-registry.js';
import { ExecutionReservations } from '../../src/executions/execution-reservations.js';
import { OwnerAdvice } from '../../src/executions/owner-advice.js';
import { ParkedExecutions } from '../../src/executions/parked-executions.js';
import { ResumableSources } from '../../src/executions/resumable-sources.js';
import { WaitingExecutions } from '../../src/executions/waiting-executions.js';
import type { StreamLog } from '../../src/log/stream-log.js';
import { OPTION_DEFAULTS } from '../../src/options/option-defaults.js';
import { StreamingService } from '../../src/streaming.service.js';

/** Executions that join nothing and bound what waits for the log tightly, on a log of a test's own. */
export function smallRegistry(
  log: StreamLog,
  options: Partial<ExecutionRegistryOptions> = {},
): { executions: ExecutionRegistry; streaming: StreamingService } {
  const executions = new ExecutionRegistry(log, {
    highWaterMarkBytes: 10_240,
    maxQueuedBytes: 51_200,
    maxWaitingBytes: 1e9,
    flushIntervalMs: 0,
    maxFlushIntervalMs: 250,
    interruptTimeoutMs: 1_000,
    maxActive: 10,
    retentionMs: 1_000,
    ...options,
  });
  return { executions, streaming: streamingOver(executions, log) };
}

/** The cluster of an application that has one instance. */
export function oneInstance(log: StreamLog): Cluster {
  return new Cluster(singleInstance(log, OPTION_DEFAULTS.agents, async () => undefined));
}

/** The service of an application that has one instance. */
export function streamingOver(executions: ExecutionRegistry, log: StreamLog): StreamingService {
  const cluster = oneInstance(log);
  const { holds, instanceId: producer } = cluster;
  const parked = new ParkedExecutions(executions, log, cluster, new ResumableSources());
  const control = new ExecutionControl(executions, log, cluster, parked);
  const waiting = new WaitingExecutions({ log, holds, producer });
  const claims = { holds, isAlive: (id: string) => cluster.isAlive(id) };
  const reservations = new ExecutionReservations(executions, log, claims, waiting);
  return new StreamingService(executions, log, control, reservations, new OwnerAdvice(false));
}
