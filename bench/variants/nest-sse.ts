import type { AddressInfo } from 'node:net';
import {
  Controller,
  Headers,
  Module,
  Param,
  Sse,
  UnauthorizedException,
  type MessageEvent,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Subject, type Observable } from 'rxjs';
import { tokenUpdate, type Variant } from '../variant.js';
import { verifyToken } from './verify-token.js';

const runs = new Map<string, Subject<MessageEvent>>();

@Controller('runs')
class RunsController {
  @Sse(':id')
  async stream(
    @Param('id') id: string,
    @Headers('authorization') authorization: string,
  ): Promise<Observable<MessageEvent>> {
    await verifyToken(authorization.replace('Bearer ', '')).catch(() => {
      throw new UnauthorizedException();
    });
    return runs.get(id) ?? new Subject();
  }
}

@Module({ controllers: [RunsController] })
class AppModule {}

/** Nest's own server-sent events: an Observable per viewer of one Subject. */
export async function start(): Promise<Variant> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return {
    port: (app.getHttpServer().address() as AddressInfo).port,
    viewer: 'sse',
    open: (runId) => {
      const subject = new Subject<MessageEvent>();
      runs.set(runId, subject);
      return {
        token: (content, index) => subject.next({ data: tokenUpdate(runId, content, index) }),
        end: () => {
          subject.complete();
          runs.delete(runId);
        },
      };
    },
  };
}
