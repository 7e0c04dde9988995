import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { runHeadless } from './headless/run-headless.js';

const LOG_LEVELS: LogLevel[] = ['error', 'warn'];

const { headless, port } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    port: { type: 'string', default: '3000' },
  },
}).values;

try {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    logger: LOG_LEVELS,
    abortOnError: false,
  });
  app.enableShutdownHooks();
  app.useStaticAssets(fileURLToPath(new URL('public', import.meta.url)));
  await app.init();
  // Nest would log that the port is in use, with a stack.
  app.useLogger(false);
  await app.listen(headless ? 0 : Number(port), '127.0.0.1');
  app.useLogger(LOG_LEVELS);
  if (headless) {
    process.exitCode = await runHeadless(app);
    await app.close();
  } else console.log(`The chat runs at ${await app.getUrl()} (stop it with Ctrl+C)`);
} catch (error) {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (isTaken) console.error(`Port ${port} is in use. Name another: npm run demo -- --port 4000`);
  else console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
