import type {
  ConnectionChange,
  StreamingClient,
  StreamUpdate,
  Subscription,
  SubscriptionEvents,
} from '../../../src/client/index.js';

/** The next time an event of a subscription comes. */
export function once<TName extends keyof SubscriptionEvents>(
  run: Subscription,
  event: TName,
): Promise<SubscriptionEvents[TName]> {
  return new Promise((resolve) => {
    const stop = run.on(event, (value) => {
      stop();
      resolve(value);
    });
  });
}

/** Resolves when the subscription handed out an update that reaches this sequence number. */
export function reached(run: Subscription, sequence: number): Promise<void> {
  if ((run.cursor?.sequence ?? 0) >= sequence) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = run.on('update', (update) => {
      if ((update.metadata?.sequenceNumber ?? 0) < sequence) return;
      stop();
      resolve();
    });
  });
}

/** The next time the connection gets into a state. */
export function connection(
  client: StreamingClient,
  state: ConnectionChange['state'],
): Promise<ConnectionChange> {
  return new Promise((resolve) => {
    const stop = client.on('connection', (change) => {
      if (change.state !== state) return;
      stop();
      resolve(change);
    });
  });
}

/** A list that grows with the places that the updates cover which listeners are given. */
export function collectSequences(run: Subscription): number[] {
  const sequences: number[] = [];
  run.on('update', (update) => sequences.push(...sequencesOf(update)));
  return sequences;
}

/** The places that the updates cover which a loop is given, once it has ended. */
export async function iterate(updates: AsyncIterable<StreamUpdate>): Promise<number[]> {
  const sequences: number[] = [];
  for await (const update of updates) sequences.push(...sequencesOf(update));
  return sequences;
}

/** The place of an update in its log; all its places, in order, when several were joined into it. */
export function sequencesOf({ metadata }: StreamUpdate): number[] {
  if (!metadata) throw new Error('An update without metadata has no place.');
  const { sequenceNumber, fromSequence = sequenceNumber } = metadata;
  return Array.from(
    { length: sequenceNumber - fromSequence + 1 },
    (_, index) => fromSequence + index,
  );
}
