import { StreamingError } from '../errors/streaming.error.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel, type ChannelOwner } from '../protocol/channel.js';
import { claimExecution, existsAlready, type ClaimContext } from './execution-claim.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { WaitingExecutions } from './waiting-executions.js';

const ONE_HOUR_MS = 3_600_000;

/** How to reserve an id. */
export interface ReserveOptions {
  /** The owner of the execution, such as `ownerOf(principal)`. */
  readonly owner?: ChannelOwner | undefined;
  /**
   * How long the execution may wait for its start, in milliseconds. Then it is cancelled with the reason
   * `It was not started in time.` @default 3600000
   */
  readonly ttlMs?: number | undefined;
}

/** Reserves ids for executions that begin later, in any instance. */
export class ExecutionReservations {
  constructor(
    private readonly executions: ExecutionRegistry,
    private readonly log: StreamLog,
    private readonly claims: Omit<ClaimContext, 'log'>,
    private readonly waiting: WaitingExecutions,
  ) {}

  /** @throws StreamingError `EXECUTION_EXISTS`, `SERVER_SHUTDOWN`, `LOG_UNAVAILABLE` */
  async reserve(
    executionId: string,
    { owner, ttlMs = ONE_HOUR_MS }: ReserveOptions,
  ): Promise<void> {
    if (this.executions.isRefusing)
      throw new StreamingError(
        'SERVER_SHUTDOWN',
        'The server is stopping and starts no new executions. Try again later.',
      );
    if (this.executions.get(executionId)) throw existsAlready();
    const { instanceId: producer } = this.executions;
    const waitsUntil = Date.now() + ttlMs;
    const state = 'queued' as const;
    const attributes = { state, producer, waitsUntil, ...(owner ? { owner } : {}) };
    const request = { executionId, attributes, takesOver: undefined };
    const context = { ...this.claims, log: this.log };
    await claimExecution(context, { ...request, onExists: 'reject', joins: false });
    const info = await this.log.describe(executionChannel(executionId));
    if (info) this.waiting.keep(info);
  }
}
