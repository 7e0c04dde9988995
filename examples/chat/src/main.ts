import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { runHeadless } from './headless/run-headless.js';

const { headless, port } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    port: { type: 'string', default: '3000' },
  },
}).values;

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['error', 'warn'],
});
app.enableShutdownHooks();
app.useStaticAssets(fileURLToPath(new URL('public', import.meta.url)));

if (headless) {
  await app.listen(0, '127.0.0.1');
  process.exitCode = await runHeadless(app);
  await app.close();
} else {
  await app.listen(Number(port), '127.0.0.1');
  console.log(`The chat runs at ${await app.getUrl()} (stop it with Ctrl+C)`);
}
