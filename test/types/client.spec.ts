import { describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import type {
  createStreamingClient,
  Cursor,
  ExecutionStateData,
  StatusAnswer,
  StreamingClient,
  StreamingClientError,
  StreamingClientOptions,
  StreamingGatewayEvents,
  StreamUpdate,
  Subscription,
  SubscriptionEvents,
  SubscriptionOptions,
} from '../../src/client/index.js';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Equals<A, B> = IsAny<A> extends true ? false : [A, B] extends [B, A] ? true : false;

type PlainSocket = Socket<
  StreamingGatewayEvents['serverToClient'],
  StreamingGatewayEvents['clientToServer']
>;

/** Each must be `true` for this file to compile. */
interface Holds {
  client: Equals<ReturnType<typeof createStreamingClient>, StreamingClient>;
  loop: Subscription extends AsyncIterable<infer T> ? Equals<T, StreamUpdate> : false;
  updateListener: Equals<SubscriptionEvents['update'], StreamUpdate>;
  errorListener: Equals<SubscriptionEvents['error'], StreamingClientError>;
  data: Equals<StreamUpdate['data'], unknown>;
  done: Equals<Awaited<Subscription['done']>, ExecutionStateData>;
  cursor: Equals<Subscription['cursor'], Cursor | undefined>;
  status: Equals<Awaited<ReturnType<StreamingClient['status']>>, StatusAnswer>;
  ownSocket: PlainSocket extends NonNullable<StreamingClientOptions['socket']> ? true : false;
}

const holds: Holds = {
  client: true,
  loop: true,
  updateListener: true,
  errorListener: true,
  data: true,
  done: true,
  cursor: true,
  status: true,
  ownSocket: true,
};

const credentials: StreamingClientOptions[] = [
  { auth: { token: 'static' } },
  { auth: () => ({ apiKey: 'fresh' }) },
  { auth: async () => ({ credentials: { ticket: 'fresh' } }) },
  // @ts-expect-error a credential is an object
  { auth: 'token' },
  // @ts-expect-error there is no such option
  { reconnect: true },
];

const subscriptions: SubscriptionOptions[] = [
  { eventTypes: ['token', 'node_start'], nodeIds: ['agent'], from: 'live' },
  { cursor: { epoch: 'e', sequence: 1 } },
  // @ts-expect-error a cursor without an epoch is none
  { cursor: { sequence: 1 } },
  // @ts-expect-error a log is read from its start or from its end
  { from: 'middle' },
];

describe('the types of the client', () => {
  it('hold, or this file would not compile', () => {
    expect(Object.values(holds).every(Boolean)).toBe(true);
    expect([...credentials, ...subscriptions]).toHaveLength(9);
  });
});
