// One instance of the application, in a process of its own. It ends with the process that started it.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { GatewayModule } from './gateway/gateway.module.js';
import { settingsFrom } from './settings.js';
import { WorkerModule } from './worker/worker.module.js';

/** The page, as it was built. */
const PAGE = fileURLToPath(new URL('../../public', import.meta.url));

const { role, redisUrl } = settingsFrom(process.env);
process.on('disconnect', () => process.exit());

const root = role === 'gateway' ? GatewayModule.with(redisUrl) : WorkerModule.with(redisUrl);
const app = await NestFactory.create<NestExpressApplication>(root, {
  logger: ['fatal'],
  abortOnError: false,
});
app.enableShutdownHooks();
if (role === 'gateway') app.useStaticAssets(PAGE);
await app.listen(0, '127.0.0.1');
process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
