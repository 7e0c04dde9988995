import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import ts from 'typescript';
import * as streaming from '../../src/index.js';
import { resolveStreamingOptions } from '../../src/options/resolve-options.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';

const GOLDEN = 'test/schematics/golden';
const PACKAGE = '@hive-academy/langgraph-streaming';
/** Cases whose module is not ours, that call no module, or that need what nobody made. */
const NOT_RUNNABLE = new Set([
  'another-package',
  'gateway-from-elsewhere-needs-port',
  'gateway-websocket-spread',
  'javascript-require-namespace',
  'path-alias',
  'removed-exports',
  'renamed-exports-javascript',
  'renamed-type',
  'spread-unknown',
  'syntax-error-costs-one-file',
  'typed-function-without-call',
  'unknown-argument',
  'websocket-unknown-value',
]);

const cases = readdirSync(GOLDEN).filter(
  (name) => !NOT_RUNNABLE.has(name) && existsSync(join(GOLDEN, name, 'input/src')),
);

/** A setting that every `ConfigService` and environment of the cases has. */
const SETTINGS: Readonly<Record<string, unknown>> = { JWT_SECRET: 's'.repeat(32), PORT: 3000 };

/** Runs the modules of a case, and collects the options that they give to `StreamingModule`. */
class CaseRunner {
  readonly options: Promise<streaming.StreamingModuleOptions>[] = [];
  readonly #folder: string;
  readonly #modules = new Map<string, unknown>();
  readonly #registered = new Map<string, () => unknown>();

  constructor(
    name: string,
    part: 'input' | 'expected',
    private readonly env: Readonly<Record<string, string>>,
    private readonly edit = (text: string): string => text,
  ) {
    this.#folder = join(GOLDEN, name, part);
  }

  run(): this {
    const files = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.sort())
      if (/\.[cm]?[jt]s$/.test(file)) this.#load(join(this.#folder, file));
    return this;
  }

  #load(path: string): unknown {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const module = { exports: {} as unknown };
    this.#modules.set(path, module.exports);
    const { outputText } = ts.transpileModule(this.edit(readFileSync(path, 'utf8')), {
      fileName: path.replace(/\.[cm](?=[jt]s$)/, '.'),
      compilerOptions: {
        allowJs: true,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        experimentalDecorators: true,
        esModuleInterop: true,
      },
    });
    runInNewContext(`(function (require, module, exports, process) {${outputText}\n})`)(
      (specifier: string) => this.#require(dirname(path), specifier),
      module,
      module.exports,
      { env: { ...SETTINGS, ...this.env } },
    );
    this.#modules.set(path, module.exports);
    return module.exports;
  }

  #require(folder: string, specifier: string): unknown {
    if (specifier === PACKAGE) return { ...streaming, StreamingModule: this.#streamingModule() };
    if (specifier === '@nestjs/config') return this.#nestConfig();
    if (!specifier.startsWith('.')) {
      const decorator = () => () => undefined;
      return { Module: decorator, Injectable: decorator, Inject: decorator, sep: '/' };
    }
    const base = join(folder, specifier.replace(/\.js$/, ''));
    const path = ['.ts', '.js', '/index.ts']
      .map((end) => base + end)
      .find((file) => existsSync(file));
    if (path === undefined) throw new Error(`${specifier} is not in the case`);
    return this.#load(path);
  }

  #streamingModule(): object {
    return {
      forRoot: (options = {}) => this.options.push(Promise.resolve(options)),
      forRootAsync: (provider: {
        inject?: readonly unknown[];
        useFactory?: (...values: unknown[]) => streaming.StreamingModuleOptions;
        useClass?: new () => { createStreamingOptions(): streaming.StreamingModuleOptions };
      }) => {
        const { inject = [], useFactory, useClass } = provider;
        const resolved = Promise.resolve().then(() =>
          useFactory
            ? useFactory(...inject.map((token) => this.#inject(token)))
            : useClass
              ? new useClass().createStreamingOptions()
              : {},
        );
        this.options.push(resolved);
      },
    };
  }

  #inject(token: unknown): unknown {
    return typeof token === 'function' && token.name === 'factory'
      ? (token as () => unknown)()
      : this.#config();
  }

  #config(): object {
    const get = (name: string, fallback?: unknown): unknown =>
      this.#registered.get(name)?.() ?? SETTINGS[name] ?? fallback;
    return { get, getOrThrow: get };
  }

  #nestConfig(): object {
    return {
      ConfigService: class {},
      registerAs: (name: string, create: () => unknown) => {
        this.#registered.set(name, create);
        const factory = (): unknown => create();
        return Object.assign(factory, {
          KEY: factory,
          asProvider: () => ({ useFactory: factory }),
        });
      },
    };
  }
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What the module would do with options, as text; strategies by what they were made with. */
function outcome(options: streaming.StreamingModuleOptions): string {
  try {
    const { gateway, log } = resolveStreamingOptions(options).resolved;
    return JSON.stringify({ gateway, log }, (key, value: unknown) =>
      key === 'strategies' && Array.isArray(value)
        ? value.map((strategy: { name: string; options?: unknown }) => [
            strategy.name,
            strategy.options,
          ])
        : value,
    );
  } catch (error) {
    return String(error);
  }
}

async function outcomes(
  name: string,
  part: 'input' | 'expected',
  env: Record<string, string>,
): Promise<string[]> {
  const options = await Promise.all(new CaseRunner(name, part, env).run().options);
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
    expect(await outcomes(name, 'expected', env)).toEqual(legacy);
  });
});

describe.each(['input', 'expected'] as const)('the gateway of the %s of a migration', (part) => {
  it('listens on the same port, with the same limits and authentication', async () => {
    const port = await freePort();
    const withPort = (text: string): string => text.replace(/\b3000\b/, String(port));
    const runner = new CaseRunner('websocket-beside-gateway', part, {}, withPort).run();
    const [options = {}] = await Promise.all(runner.options);
    const { app, connect } = await startApp(options);
    expect(app.get(streaming.RESOLVED_STREAMING_OPTIONS)).toMatchObject({
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
