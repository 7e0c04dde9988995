import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createClient } from 'redis';
import type { StreamingBackendFactory } from '../../src/cluster/streaming-backend.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { JwtStrategy, StreamingModule, StreamingService } from '../../src/index.js';
import {
  NAMESPACE,
  PRINCIPAL,
  SECRET,
  type RunSink,
  type Variant,
  type VariantOptions,
} from '../variant.js';

/** More than any scenario needs. */
const LIMIT = 1_000_000;

/** This library with its whole path on: log, access policy, authenticated clients. */
export async function start({
  flushIntervalMs,
  patienceMs,
  redisUrl,
}: VariantOptions): Promise<Variant> {
  @Module({
    imports: [
      StreamingModule.forRoot({
        gateway: {
          namespace: NAMESPACE,
          // All viewers are one principal at one address here; what is counted stays counted.
          maxConnections: LIMIT,
          maxConnectionsPerPrincipal: LIMIT,
          maxConnectionsPerAddress: LIMIT,
          rateLimit: {
            maxMessages: LIMIT,
            maxMessagesPerPrincipal: LIMIT,
            maxFailedAuthentications: LIMIT,
          },
          ...(patienceMs && { pingTimeoutMs: patienceMs, slowClient: { timeoutMs: patienceMs } }),
          authentication: { strategies: [new JwtStrategy({ secret: SECRET })] },
        },
        ...(flushIntervalMs === undefined ? {} : { tokens: { flushIntervalMs } }),
        ...(redisUrl && { backend: backendAt(redisUrl) }),
      }),
    ],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const streaming = app.get(StreamingService);
  return {
    port: (app.getHttpServer().address() as AddressInfo).port,
    viewer: 'socket.io',
    open: (runId) => openRun(streaming, runId),
  };
}

/** A machine that is busy with the benchmark must not take its instances for dead. */
function backendAt(url: string): StreamingBackendFactory {
  return redisBackend({ client: createClient({ url }), leaseMs: 30_000 });
}

function openRun(streaming: StreamingService, executionId: string): Promise<RunSink> {
  return new Promise((resolve) => {
    const { done } = streaming.run(
      (context) =>
        new Promise<void>((end) => {
          resolve({
            token: (content) => context.token(content, { nodeId: 'agent' }),
            ready: () => context.ready(),
            end: async () => {
              end();
              await done;
            },
          });
        }),
      { executionId, owner: { principalId: PRINCIPAL } },
    );
  });
}
