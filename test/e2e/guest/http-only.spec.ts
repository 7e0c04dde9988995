import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Catch,
  ConflictException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext as NestContext,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { EMPTY, map, of, type Observable } from 'rxjs';
import {
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
} from '../../../src/index.js';
import { nestMajor } from '../../support/nest-version.js';
import { startAppOf, type PlainClient } from '../../support/streaming-app.js';
import { readRun } from './own-gateways.js';

interface HttpRequest {
  readonly headers: { readonly authorization?: string };
}
interface HttpResponse {
  setHeader(name: string, value: string): void;
  status(code: number): { json(body: object): void };
}

/** The answer to a message that was handled. */
const HELLO = { text: 'hello' };
const failed = (code: string): object => ({ ok: false, error: { code } });
const intercepting = (intercept: NestInterceptor['intercept']): NestInterceptor => ({ intercept });

/** What is global or stands at a gateway, each written without a thought of WebSockets. */
interface Written {
  readonly guard?: CanActivate;
  readonly pipe?: PipeTransform;
  readonly interceptor?: NestInterceptor;
  readonly filter?: ExceptionFilter;
  /** What is answered to a message, and to one whose handler throws a `ConflictException`. */
  readonly answers: readonly [message: object, failing: object];
  /**
   * The same if it is global. Nest gives global filters nothing of a gateway, and global interceptors see
   * what the gateway itself answers for a handler that returns nothing.
   */
  readonly globally?: readonly [message: object, failing: object];
}

@Catch()
class HttpFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<HttpResponse>().status(500).json({});
  }
}

@Catch()
class SilentFilter implements ExceptionFilter {
  catch(): void {}
}

const headerGuard: CanActivate = {
  canActivate: (context: NestContext) =>
    context.switchToHttp().getRequest<HttpRequest>().headers.authorization !== undefined,
};
const strictPipe: PipeTransform = {
  transform: () => {
    throw new BadRequestException();
  },
};

/** The answer of a handler, or of what stands at it, that returns nothing. */
const HANDLED = { ok: true };
const CONFLICT = failed('INVALID_PAYLOAD');
const INTERNAL = failed('INTERNAL_ERROR');
const FORBIDDEN = failed('FORBIDDEN');

const WRITTEN: Record<string, Written> = {
  'a guard that reads a header': { guard: headerGuard, answers: [INTERNAL, INTERNAL] },
  'a guard that returns nothing': {
    guard: { canActivate: () => undefined as unknown as boolean },
    answers: [FORBIDDEN, FORBIDDEN],
  },
  'a guard that rejects with text': {
    guard: { canActivate: () => Promise.reject('no') },
    answers: [INTERNAL, INTERNAL],
  },
  'a pipe that refuses': { pipe: strictPipe, answers: [CONFLICT, CONFLICT] },
  'a pipe that returns nothing': {
    pipe: { transform: () => undefined },
    answers: [HANDLED, CONFLICT],
  },
  'an interceptor that sets a header': {
    interceptor: intercepting((context: NestContext, next: CallHandler) => {
      context.switchToHttp().getResponse<HttpResponse>().setHeader('x', 'y');
      return next.handle();
    }),
    answers: [INTERNAL, INTERNAL],
  },
  'an interceptor that returns nothing': {
    interceptor: intercepting(() => undefined as unknown as Observable<unknown>),
    answers: [INTERNAL, INTERNAL],
  },
  'an interceptor that ends without a value': {
    interceptor: intercepting(() => EMPTY),
    answers: [HANDLED, HANDLED],
    globally: [INTERNAL, INTERNAL],
  },
  'an interceptor that drops the answer': {
    interceptor: intercepting((_context, next: CallHandler) =>
      next.handle().pipe(map(() => undefined)),
    ),
    answers: [HANDLED, CONFLICT],
    globally: [INTERNAL, CONFLICT],
  },
  'an interceptor that answers with nothing instead': {
    interceptor: intercepting(() => of(null)),
    answers: [HANDLED, HANDLED],
    globally: [INTERNAL, INTERNAL],
  },
  'a filter that writes a response': {
    filter: new HttpFilter(),
    answers: [HELLO, INTERNAL],
    globally: [HELLO, CONFLICT],
  },
  'a filter that does nothing': {
    filter: new SilentFilter(),
    answers: [HELLO, INTERNAL],
    globally: [HELLO, CONFLICT],
  },
  'a pipe that refuses beside a filter that writes a response': {
    pipe: strictPipe,
    filter: new HttpFilter(),
    answers: [INTERNAL, INTERNAL],
    globally: [CONFLICT, CONFLICT],
  },
  'a guard that reads a header beside a filter that does nothing': {
    guard: headerGuard,
    filter: new SilentFilter(),
    answers: [INTERNAL, INTERNAL],
  },
  'all of them': {
    guard: headerGuard,
    pipe: strictPipe,
    interceptor: intercepting(() => EMPTY),
    filter: new HttpFilter(),
    answers: [INTERNAL, INTERNAL],
  },
};

function apply(app: INestApplication, { guard, pipe, interceptor, filter }: Written): void {
  if (guard) app.useGlobalGuards(guard);
  if (pipe) app.useGlobalPipes(pipe);
  if (interceptor) app.useGlobalInterceptors(interceptor);
  if (filter) app.useGlobalFilters(filter);
}

function providersOf({ guard, pipe, interceptor, filter }: Written): Provider[] {
  return [
    ...(guard ? [{ provide: APP_GUARD, useValue: guard }] : []),
    ...(pipe ? [{ provide: APP_PIPE, useValue: pipe }] : []),
    ...(interceptor ? [{ provide: APP_INTERCEPTOR, useValue: interceptor }] : []),
    ...(filter ? [{ provide: APP_FILTER, useValue: filter }] : []),
  ];
}

type Decorate = (target: object, key?: string, descriptor?: PropertyDescriptor) => void;

function decoratorOf({ guard, pipe, interceptor, filter }: Written): Decorate {
  const decorators = [
    ...(guard ? [UseGuards(guard)] : []),
    ...(pipe ? [UsePipes(pipe)] : []),
    ...(interceptor ? [UseInterceptors(interceptor)] : []),
    ...(filter ? [UseFilters(filter)] : []),
  ];
  return (...target) => decorators.forEach((decorate) => (decorate as Decorate)(...target));
}

const NOTHING: Decorate = () => undefined;

/** A gateway with handlers of the application's own. */
function gatewayClass(onClass: Decorate, onMethod: Decorate): typeof StreamingWebSocketGateway {
  @StreamingGateway()
  class ChatGateway extends StreamingWebSocketGateway {
    @SubscribeMessage('say')
    say(@MessageBody() body: unknown): unknown {
      return body;
    }

    @SubscribeMessage('fail')
    fail(@MessageBody() _body: unknown): never {
      throw new ConflictException();
    }
  }
  onClass(ChatGateway);
  const { prototype } = ChatGateway;
  for (const name of ['say', 'fail'] as const)
    onMethod(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) ?? {});
  return ChatGateway;
}

/** Nest 11 gives gateways nothing of what is global. */
function answersBesideGlobal({ answers, globally = answers }: Written): Written['answers'] {
  return nestMajor() < 12 ? [HELLO, CONFLICT] : globally;
}

/** Where it stands. */
const PLACES = ['global', 'a provider of the root module', 'at the gateway', 'at the handler'];

async function ask(client: PlainClient, event: string): Promise<unknown> {
  const untyped = client.timeout(30_000) as unknown as {
    emitWithAck(event: string, payload: unknown): Promise<unknown>;
  };
  return untyped.emitWithAck(event, HELLO);
}

describe.each(PLACES)('written for HTTP alone and %s', (place) => {
  it.each(Object.keys(WRITTEN))('every request is answered beside %s', async (name) => {
    const written = WRITTEN[name] ?? { answers: [HELLO, HELLO] };
    const isGlobal = place === 'global' || place === 'a provider of the root module';
    const decorate = decoratorOf(written);
    const gateway = gatewayClass(
      place === 'at the gateway' ? decorate : NOTHING,
      place === 'at the handler' ? decorate : NOTHING,
    );
    const app = await startAppOf(
      {
        imports: [StreamingModule.forRoot({ gateway: {} })],
        providers: [
          gateway,
          ...(place === 'a provider of the root module' ? providersOf(written) : []),
        ],
      },
      {
        ...(place === 'global' && { configure: (one) => apply(one, written) }),
      },
    );
    const [message, failing] = isGlobal ? answersBesideGlobal(written) : written.answers;
    const viewer = app.connect();
    // Twice: an answer that failed must not make the gateway deaf for the next.
    for (const _time of [1, 2]) {
      expect(await ask(viewer, 'say')).toMatchObject(message);
      expect(await ask(viewer, 'fail')).toMatchObject(failing);
    }
    expect(await readRun(app, viewer)).toEqual(['a', 'b', 'c']);
  });
});
