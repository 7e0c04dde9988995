import { describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Injectable,
  type ArgumentMetadata,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext as NestContext,
  type INestApplication,
  type ModuleMetadata,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { firstValueFrom, map, type Observable } from 'rxjs';
import {
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
} from '../../../src/index.js';
import { freePort } from '../../support/free-port.js';
import { onTestEnd, startAppOf } from '../../support/streaming-app.js';
import { chatModule, echoOf, FRAMEWORKS, ORDERS, readRun } from './own-gateways.js';

/** Asks for a credential of HTTP, and leaves messages to whoever verified their client. */
@Injectable()
class HttpGuard implements CanActivate {
  canActivate(context: NestContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    return request.headers.authorization !== undefined;
  }
}

/** Takes bodies of known classes alone, as a `ValidationPipe` does. */
@Injectable()
class ClassPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    const isPlain = metatype === undefined || metatype === Object || metatype === String;
    if (type === 'body' && !isPlain) throw new TypeError('This pipe knows no such class.');
    return value;
  }
}

/** Gives every answer to HTTP one form. */
@Injectable()
class Envelope implements NestInterceptor {
  intercept(context: NestContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

/** Answers every error, and knows HTTP alone. */
@Catch()
class HttpFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<{ status(code: number): void }>().status(500);
  }
}

/** Sets what every Socket.IO server of the application has. */
class OwnAdapter extends IoAdapter {
  override createIOServer(...[port, options]: Parameters<IoAdapter['createIOServer']>) {
    return super.createIOServer(port, { ...options, pingInterval: 7_000 } as typeof options);
  }
}

@StreamingGateway({ namespace: '/other' })
class OtherGateway extends StreamingWebSocketGateway {}

interface Arrangement {
  readonly configure?: (app: INestApplication) => unknown;
  readonly providers?: ModuleMetadata['providers'];
}

const ARRANGEMENTS: Record<string, Arrangement> = {
  'an adapter of the application': {
    configure: (app) => app.useWebSocketAdapter(new OwnAdapter(app)),
  },
  'a global guard, pipe, interceptor and filter': {
    configure: (app) =>
      app
        .useGlobalGuards(new HttpGuard())
        .useGlobalPipes(new ClassPipe())
        .useGlobalInterceptors(new Envelope())
        .useGlobalFilters(new HttpFilter()),
  },
  'the same as providers of the root module': {
    providers: [
      { provide: APP_GUARD, useClass: HttpGuard },
      { provide: APP_PIPE, useClass: ClassPipe },
      { provide: APP_INTERCEPTOR, useClass: Envelope },
      { provide: APP_FILTER, useClass: HttpFilter },
    ],
  },
  'a second streaming gateway': { providers: [OtherGateway] },
};

describe.each(Object.keys(FRAMEWORKS) as (keyof typeof FRAMEWORKS)[])('on %s', (framework) => {
  describe.each(ORDERS)('with %s', (order) => {
    const imports = [chatModule({ namespace: 'chat' }), StreamingModule.forRoot({ gateway: {} })];
    const metadata: ModuleMetadata = {
      imports: order === 'the library first' ? imports.toReversed() : imports,
    };
    const httpAdapter = FRAMEWORKS[framework];

    it.each(Object.keys(ARRANGEMENTS))('both gateways work beside %s', async (name) => {
      const { configure, providers = [] } = ARRANGEMENTS[name] ?? {};
      const app = await startAppOf(
        { ...metadata, providers },
        { httpAdapter: httpAdapter(), ...(configure && { configure }) },
      );
      expect(await echoOf(app.connect({ namespace: '/chat' }))).toEqual({ echo: 'hello' });
      const viewer = app.connect();
      expect(await readRun(app, viewer)).toEqual(['a', 'b', 'c']);
      const answer = await viewer.emitWithAck('subscribe_execution', { executionId: 'none' });
      expect(answer).toMatchObject({ ok: false, error: { code: 'EXECUTION_NOT_FOUND' } });
      if (providers.includes(OtherGateway as never))
        expect(await readRun(app, app.connect({ namespace: '/other' }), 'another')).toEqual([
          'a',
          'b',
          'c',
        ]);
    });

    it('both gateways work in a hybrid application', async () => {
      @Controller()
      class Sums {
        @MessagePattern('sum')
        sum(numbers: number[]): number {
          return numbers.reduce((sum, number) => sum + number, 0);
        }
      }
      const options = { host: '127.0.0.1', port: await freePort() };
      const app = await startAppOf(
        { ...metadata, controllers: [Sums] },
        {
          httpAdapter: httpAdapter(),
          configure: async (hybrid) => {
            hybrid.connectMicroservice(
              { transport: Transport.TCP, options },
              { inheritAppConfig: true },
            );
            await hybrid.startAllMicroservices();
          },
        },
      );
      const caller = ClientProxyFactory.create({ transport: Transport.TCP, options });
      onTestEnd(() => caller.close());
      expect(await firstValueFrom(caller.send<number>('sum', [1, 2, 3]))).toBe(6);
      expect(await echoOf(app.connect({ namespace: '/chat' }))).toEqual({ echo: 'hello' });
      expect(await readRun(app, app.connect())).toEqual(['a', 'b', 'c']);
    });

    it('WsAdapter fails the boot, which says what to change', async () => {
      const boot = startAppOf(metadata, {
        httpAdapter: httpAdapter(),
        configure: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
      });
      await expect(boot).rejects.toThrow('@nestjs/platform-socket.io');
    });
  });
});
