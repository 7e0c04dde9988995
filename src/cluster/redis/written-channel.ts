import { randomBytes } from 'node:crypto';
import type { Deferred } from '../../common/deferred.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type {
  AppendOptions,
  AppendPosition,
  ChannelAttributes,
  ChannelClaim,
} from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import { attributeArguments } from './channel-reply.js';
import { jsonOverhead } from './record.js';
import type { ChannelKeys } from './redis-keys.js';

/** An append without an answer yet. */
export interface WaitingAppend extends Pick<Deferred<AppendPosition>, 'resolve' | 'reject'> {
  readonly records: readonly string[];
  readonly options: AppendOptions;
}

/** The entries that Redis appends to a channel in one step. */
export interface Batch {
  readonly appends: readonly WaitingAppend[];
  readonly attributes: ChannelAttributes;
  /** The epoch of the channel if it begins a new life in this step. */
  readonly spareEpoch: string;
  /** Arguments of the script for this channel. */
  readonly args: readonly (string | number)[];
  readonly bytes: number;
}

export const newEpoch = (): string => randomBytes(9).toString('base64url');

/** The largest size of a batch in bytes. A single append may be larger. */
const MAX_BATCH_BYTES = 262_144;

/**
 * A channel that this instance writes to. It knows the waiting appends, and the last batch that Redis has
 * acknowledged, so that it notices a loss of data.
 */
export class WrittenChannel {
  /** Resolves when its last batch is answered; undefined if nothing was sent since. */
  sending: Promise<void> | undefined;
  #waiting: WaitingAppend[] = [];
  /** Former epochs of the channel, before data was lost. */
  readonly #formerEpochs = new Set<string>();
  #epoch: string | undefined;
  /** An epoch that was offered to Redis once and not used. */
  #spareEpoch: string | undefined;
  #fence = 1;
  #acknowledgedBatch = 0;
  #acknowledgedAt = 0;
  #attributes: ChannelAttributes = {};
  /** Whether this instance opened or claimed the channel, so that it knows the whole channel. */
  #isOwned = false;
  #isLost = false;
  readonly #jsonOverhead: number;

  constructor(
    readonly channel: Channel,
    readonly keys: ChannelKeys,
  ) {
    this.#jsonOverhead = jsonOverhead(channel);
  }

  get isOwned(): boolean {
    return this.#isOwned;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The claim by which this instance writes, if it owns the channel. */
  get claim(): ChannelClaim | undefined {
    if (!this.#isOwned || this.#epoch === undefined) return undefined;
    return { epoch: this.#epoch, fence: this.#fence };
  }

  /** This instance has opened or claimed the channel. */
  own({ epoch, fence }: ChannelClaim, attributes: ChannelAttributes): void {
    if (this.#epoch !== epoch) this.#acknowledgedBatch = 0;
    this.#isOwned = true;
    this.#epoch = epoch;
    this.#fence = fence;
    this.#attributes = attributes;
    this.#acknowledgedAt = performance.now();
  }

  push(append: WaitingAppend): void {
    this.#waiting.push(append);
  }

  /** The claim, in the epoch in which the channel continues after a loss of data. */
  currentClaim(claim: ChannelClaim | undefined): ChannelClaim | undefined {
    if (!claim || this.#epoch === undefined || !this.#formerEpochs.has(claim.epoch)) return claim;
    return { epoch: this.#epoch, fence: claim.fence };
  }

  /**
   * Takes as many waiting appends as one step can have.
   *
   * @param number - the number of the batch; later batches of this process have greater numbers
   */
  take(number: number, ttlMs: number): Batch {
    const [first] = this.#waiting;
    if (!first) throw new RangeError('Nothing waits to be appended.');
    const { options } = first;
    let bytes = 0;
    const end = this.#waiting.findIndex((append, index) => {
      if (index > 0 && (bytes > MAX_BATCH_BYTES || !sameOptions(append.options, options)))
        return true;
      for (const record of append.records) bytes += record.length;
      return false;
    });
    const appends = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    const attributes: ChannelAttributes = Object.assign(
      {},
      ...appends.map((append) => append.options.attributes),
    ) as ChannelAttributes;
    const isReopened = this.#isLost;
    const set = attributeArguments(
      isReopened ? { ...this.#attributes, ...attributes } : attributes,
    );
    const claim = isReopened ? undefined : this.currentClaim(options.claim);
    // If another instance deleted the channel and opened it again, nothing of its new life was lost.
    const isNewLife = isReopened || (claim !== undefined && claim.epoch !== this.#epoch);
    const create = isReopened ? (options.claim?.fence ?? this.#fence) : options.create ? 1 : '';
    const records = appends.flatMap((append) => append.records);
    const spareEpoch = this.#takeSpareEpoch();
    const args = [
      number,
      isNewLife ? 0 : this.#acknowledgedBatch,
      claim?.epoch ?? '',
      claim?.fence ?? '',
      spareEpoch,
      create,
      ttlOf(attributes, ttlMs),
      this.channel.kind !== 'execution' || attributes.waitsUntil !== undefined ? 1 : '',
      this.#jsonOverhead,
      set.length / 2,
      records.length,
      ...set,
      ...records,
    ];
    return { appends, attributes, spareEpoch, args, bytes };
  }

  /** While a batch is not answered, its spare epoch may have become the epoch of a life. */
  #takeSpareEpoch(): string {
    const spare = this.#spareEpoch ?? newEpoch();
    this.#spareEpoch = undefined;
    return spare;
  }

  /** Redis had no use for the spare epoch of a batch, so the next batch may offer it. */
  keepSpareEpoch({ spareEpoch }: Batch): void {
    this.#spareEpoch = spareEpoch;
  }

  /** Redis has appended a batch. */
  appended({ appends, attributes }: Batch, number: number, { epoch, head }: AppendPosition): void {
    if (this.#epoch !== undefined && this.#epoch !== epoch) this.#formerEpochs.add(this.#epoch);
    this.#isLost = false;
    this.#epoch = epoch;
    this.#acknowledgedBatch = number;
    this.#acknowledgedAt = performance.now();
    this.#attributes = { ...this.#attributes, ...attributes };
    let last = head - appends.reduce((sum, { records }) => sum + records.length, 0);
    for (const { records, resolve } of appends) resolve({ epoch, head: (last += records.length) });
  }

  /**
   * Redis does not have the channel. If another instance may have ended it, so that it expired, it is gone.
   * Otherwise Redis has lost it.
   *
   * @param knownSince - a channel that was written to after this time cannot have expired
   * @returns whether to retry the batch in a new life of the channel
   */
  reopen({ appends }: Batch, knownSince: number): boolean {
    if (!this.#isOwned || this.#acknowledgedAt < knownSince || this.#isLost) return false;
    this.#isLost = true;
    this.#waiting = [...appends, ...this.#waiting];
    return true;
  }
}

/** How long a channel without new entries is kept, in milliseconds; at least until the end of its wait. */
export function ttlOf({ waitsUntil = 0 }: ChannelAttributes, ttlMs: number): number {
  return Math.max(ttlMs, waitsUntil - Date.now());
}

function sameOptions(one: AppendOptions, other: AppendOptions): boolean {
  return (
    one.claim?.epoch === other.claim?.epoch &&
    one.claim?.fence === other.claim?.fence &&
    one.create === other.create
  );
}

export function notActive({ kind }: Channel): StreamingError {
  return new StreamingError(
    'EXECUTION_NOT_ACTIVE',
    `The ${kind} was never opened or has ended; open it before you append.`,
  );
}

export function takenOver(): StreamingError {
  return new StreamingError(
    'EXECUTION_TAKEN_OVER',
    'Another instance or run has taken this execution over; stop writing to it.',
  );
}
