import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import * as streaming from '../../src/index.js';
import { bootOptions } from './boot-options.js';

const PACKAGE = '@hive-academy/langgraph-streaming';

/** A setting that every `ConfigService` and environment of the cases has. */
const SETTINGS: Readonly<Record<string, unknown>> = { JWT_SECRET: 's'.repeat(32), PORT: 3000 };

/** Runs the modules of an application, and collects the options that they give to the library. */
export class ModuleRunner {
  readonly options: Promise<streaming.StreamingModuleOptions>[] = [];
  readonly #modules = new Map<string, unknown>();
  readonly #registered = new Map<string, () => unknown>();

  /** @param files - texts by path */
  constructor(
    private readonly files: ReadonlyMap<string, string>,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  run(): this {
    for (const path of [...this.files.keys()].sort()) {
      if (/\.[cm]?[jt]s$/.test(path)) this.#load(path);
    }
    return this;
  }

  #load(path: string): unknown {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const module = { exports: {} as unknown };
    this.#modules.set(path, module.exports);
    const { outputText } = ts.transpileModule(this.files.get(path) ?? '', {
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
    if (specifier === PACKAGE) return this.#package();
    if (specifier === '@nestjs/config') return this.#nestConfig();
    if (!specifier.startsWith('.')) {
      const decorator = () => () => undefined;
      const NestFactory = { create: () => undefined };
      return { Module: decorator, Injectable: decorator, Inject: decorator, NestFactory, sep: '/' };
    }
    const base = join(folder, specifier.replace(/\.js$/, ''));
    const path = ['.ts', '.js', '/index.ts']
      .map((end) => base + end)
      .find((file) => this.files.has(file));
    if (path === undefined) throw new Error(`${specifier} is not there`);
    return this.#load(path);
  }

  /** The package, whose module has its old name too. */
  #package(): object {
    const module = this.#streamingModule();
    return { ...streaming, StreamingModule: module, LanggraphStreamingModule: module };
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

/** What the module would do with options, as text; strategies by what they were made with. */
export function outcome(options: streaming.StreamingModuleOptions): string {
  try {
    const { gateway, log } = bootOptions(options).resolved;
    return JSON.stringify({ gateway, log }, (key, value: unknown) => {
      if (key === 'strategies' && Array.isArray(value))
        return value.map((one: { name: string; options?: unknown }) => [one.name, one.options]);
      // In which order the keys were given makes no difference.
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)))
        : value;
    });
  } catch (error) {
    return String(error);
  }
}
