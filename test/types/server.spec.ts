import { describe, expect, it } from '@jest/globals';
import type { Server, Socket } from 'socket.io';
import { of } from 'rxjs';
import type {
  AuthenticationSession,
  IntrospectionOptions,
  JwtKeyOptions,
  JwtStrategyOptions,
  OAuth2StrategyOptions,
} from '../../src/entries/auth.js';
import type {
  ClientSubscriptionConfig,
  ExecutionContext,
  ExecutionHandle,
  GatewayConnection,
  GatewayErrorHandler,
  RunOptions,
  StreamingGatewayEvents,
  StreamingModuleOptions,
  StreamingService,
  StreamSource,
  StreamUpdate,
  WebSocketGatewayOptions,
} from '../../src/index.js';
import type { ErrorBody, SubscribeExecutionPayload } from '../../src/client/index.js';
import type {
  ErrorContext,
  ExecutionResult,
  GatewayServer,
  GatewaySocket,
} from '../../src/entries/gateway.js';
import type { MessagePayload } from '../../src/gateway/message-schemas.js';
import { StreamingModule } from '../../src/index.js';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Equals<A, B> = IsAny<A> extends true ? false : [A, B] extends [B, A] ? true : false;

type TypedServer = Server<
  StreamingGatewayEvents['clientToServer'],
  StreamingGatewayEvents['serverToClient']
>;
type TypedSocket = Socket<
  StreamingGatewayEvents['clientToServer'],
  StreamingGatewayEvents['serverToClient']
>;
type StreamUpdateListener = StreamingGatewayEvents['serverToClient']['stream_update'];

/** Each must be `true` for this file to compile. */
interface Holds {
  serverIsTyped: GatewayServer extends TypedServer ? true : false;
  socketIsTyped: GatewaySocket extends TypedSocket ? true : false;
  updateIsTyped: Equals<Parameters<StreamUpdateListener>[0]['data']['update'], StreamUpdate>;
  done: Equals<ExecutionHandle['done'], Promise<ExecutionResult>>;
  following: ReturnType<StreamingService['follow']> extends AsyncIterable<infer T>
    ? Equals<T, StreamUpdate>
    : false;
  functionsAreSources: ((context: ExecutionContext) => Promise<void>) extends StreamSource
    ? true
    : false;
  validatedPayloadFitsTheProtocol: MessagePayload<'cancel_execution'>['executionId'] extends string
    ? true
    : false;
  cursorOptionIsShared: Equals<
    NonNullable<SubscribeExecutionPayload['options']>,
    ClientSubscriptionConfig
  >;
  // What public signatures mention can be named.
  errorHandler: Equals<
    GatewayErrorHandler['handle'],
    (thrown: unknown, context?: ErrorContext) => ErrorBody
  >;
  session: Equals<GatewayConnection['authentication'], AuthenticationSession | undefined>;
  jwtKeys: JwtStrategyOptions extends JwtKeyOptions ? true : false;
  introspection: Equals<NonNullable<OAuth2StrategyOptions['introspection']>, IntrospectionOptions>;
  seedPlanNames: WebSocketGatewayOptions extends object ? true : false;
}

const holds: Holds = {
  serverIsTyped: true,
  socketIsTyped: true,
  updateIsTyped: true,
  done: true,
  following: true,
  functionsAreSources: true,
  validatedPayloadFitsTheProtocol: true,
  cursorOptionIsShared: true,
  errorHandler: true,
  session: true,
  jwtKeys: true,
  introspection: true,
  seedPlanNames: true,
};

/** Never called: it is enough that it compiles, and that what must not compile does not. */
function compiles(
  streaming: StreamingService,
  server: TypedServer,
): (StreamingModuleOptions | RunOptions)[] {
  streaming.run(of('a', 'b'));
  streaming.run(['a']);
  streaming.run(async function* () {
    yield 'a';
  });
  streaming.run(({ signal, token, emit, progress }) => {
    token('a', { nodeId: 'n', priority: 'high' });
    emit('custom', { aborted: signal.aborted });
    progress(50, 'half');
    // @ts-expect-error -- not an event type
    emit('tokem', {});
  });
  // @ts-expect-error -- not a source
  streaming.run(42);
  server.emit('authentication_expiring', { expiresAt: 1 });
  // @ts-expect-error -- not an event of the protocol
  server.emit('stream-update', {});
  // @ts-expect-error -- the payload of another event
  server.emit('authentication_expiring', { executionId: 'e' });
  StreamingModule.forRoot();
  StreamingModule.forRoot({ isGlobal: false, gateway: { port: 1 } });
  StreamingModule.forRootAsync({ useFactory: async () => ({ gateway: { namespace: '/a' } }) });
  // @ts-expect-error -- not an option
  StreamingModule.forRoot({ gateway: { autentication: false } });
  return [
    { websocket: { enabled: true, port: 3000 }, defaultBufferSize: 100 },
    { gateway: { auth: { required: true, jwtSecret: 's' }, websocket: { maxConnections: 5 } } },
    // @ts-expect-error -- origins must be named
    { gateway: { cors: true } },
  ];
}

describe('the types of the server', () => {
  it('hold', () => {
    expect(Object.values(holds).every(Boolean)).toBe(true);
    expect(compiles).toBeInstanceOf(Function);
  });
});
