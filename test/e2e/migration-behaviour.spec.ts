import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import {
  RESOLVED_STREAMING_OPTIONS,
  type ResolvedStreamingOptions,
} from '../../src/entries/gateway.js';
import { freePort } from '../support/free-port.js';
import { ModuleRunner, outcome } from '../support/migrated-module.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';

const GOLDEN = 'test/schematics/golden';
/** Cases whose module is not ours, that extend it or call none, or call it later, or need what nobody made. */
const NOT_RUNNABLE = new Set([
  'another-package',
  'decorator-options',
  'dynamic-import',
  'dynamic-import-namespace',
  'dynamic-import-then',
  'enclosing-module',
  'event-emitter',
  'exports-through-the-project',
  'for-feature',
  'for-root-by-call',
  'for-root-destructured',
  'gateway-from-elsewhere-needs-port',
  'gateway-websocket-spread',
  'injection-tokens',
  'javascript-require-namespace',
  'json-options',
  'module-extended-elsewhere',
  'module-that-is-extended',
  'option-reads-inherited',
  'overridden-in-tests',
  'path-alias',
  'removed-exports',
  'renamed-exports-javascript',
  'renamed-type',
  'spread-unknown',
  'syntax-error-costs-one-file',
  'timestamps',
  'typed-argument',
  'typed-by-import-type',
  'typed-class-property',
  'typed-function-without-call',
  'typed-list',
  'typed-parameter-default',
  'unknown-argument',
  'update-types',
  'websocket-unknown-value',
]);

/** Cases whose keys only documentation had, so that the boot refuses them before the migration. */
const REFUSED_BEFORE = new Set(['authentication-documented-secret', 'documented-gateway']);

const cases = readdirSync(GOLDEN).filter(
  (name) => !NOT_RUNNABLE.has(name) && existsSync(join(GOLDEN, name, 'input/src')),
);

/** The files of a part of a case. */
function filesOf(name: string, part: 'input' | 'expected'): Map<string, string> {
  const folder = join(GOLDEN, name, part);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    paths
      .filter((path) => /\.[a-z]+$/.test(path))
      .map((path) => [`/${path}`, readFileSync(join(folder, path), 'utf8')]),
  );
}

async function outcomes(
  name: string,
  part: 'input' | 'expected',
  env: Record<string, string>,
): Promise<string[]> {
  const options = await Promise.all(new ModuleRunner(filesOf(name, part), env).run().options);
  return options.map(outcome);
}

describe.each(cases)('the migrated %s', (name) => {
  it.each([
    { env: {} },
    {
      env: {
        WEBSOCKET_ENABLED: 'false',
        WS: '1',
        NODE_ENV: 'test',
        CI: '1',
        A: 'b',
        WEBSOCKET_AUTH_REQUIRED: 'true',
      },
    },
    {
      env: {
        NODE_ENV: 'production',
        STREAMING: 'on',
        WEBSOCKET_PORT: '4000',
        STREAMING_BUFFER_SIZE: '7',
      },
    },
  ])('does what the legacy options did in $env', async ({ env }) => {
    const legacy = await outcomes(name, 'input', env);
    expect(legacy).not.toEqual([]);
    const migrated = await outcomes(name, 'expected', env);
    if (REFUSED_BEFORE.has(name))
      expect(legacy).toEqual([expect.stringContaining('is not an option')]);
    else expect(migrated).toEqual(legacy);
  });
});

/** Cases in which nothing is left, each of which configures one application. */
const finished = cases.filter(
  (name) =>
    name !== 'several-calls' &&
    !readFileSync(join(GOLDEN, name, 'report.txt'), 'utf8').includes('Left for you'),
);

it.each(finished)('an application with the migrated %s boots', async (name) => {
  const runner = new ModuleRunner(filesOf(name, 'expected'), {}).run();
  for (const options of await Promise.all(runner.options)) {
    const gateway = options.gateway && { ...options.gateway, port: 0 };
    const { app } = await startApp(gateway ? { ...options, gateway } : options);
    const { enabled } = app.get<ResolvedStreamingOptions>(RESOLVED_STREAMING_OPTIONS).gateway;
    expect(enabled).toBe(gateway !== undefined && gateway.enabled !== false);
  }
});

describe.each(['input', 'expected'] as const)('the gateway of the %s of a migration', (part) => {
  it('listens on the same port, with the same limits and authentication', async () => {
    const port = await freePort();
    const files = filesOf('websocket-beside-gateway', part);
    for (const [path, text] of files) files.set(path, text.replace(/\b3000\b/, String(port)));
    const runner = new ModuleRunner(files, {}).run();
    const [options = {}] = await Promise.all(runner.options);
    const { app, connect } = await startApp(options);
    expect(app.get(RESOLVED_STREAMING_OPTIONS)).toMatchObject({
      gateway: { enabled: true, port, maxConnections: 500, pingIntervalMs: 30_000 },
    });
    const url = `http://127.0.0.1:${port}`;
    const refused = connect({ url });
    const error = await new Promise<Error & { data?: unknown }>((resolve) =>
      refused.once('connect_error', resolve),
    );
    expect(error.data).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    const secret = new TextEncoder().encode('s'.repeat(32));
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1m')
      .sign(secret);
    const accepted = connect({ url, auth: { token } });
    onTestEnd(() => accepted.close());
    await new Promise<void>((resolve) => accepted.once('connect', resolve));
    expect(accepted.connected).toBe(true);
  });
});
