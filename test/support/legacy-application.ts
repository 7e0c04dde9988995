import * as fc from 'fast-check';

/** Draws values, as `fc.gen()` does. */
type Draw = fc.GeneratorValue;

/** A property of an object: its key and the text of its value. */
type Entry = readonly [key: string, text: string];

const COMMENTS = ['', '', '', '// kept\n', '/* kept */ '];

/**
 * Writes a random application of 0.x: options of any legacy shape, nested, spread, conditional, in
 * constants and functions, with comments.
 */
export class LegacyApplication {
  readonly #declarations: string[] = [];
  #count = 0;

  constructor(private readonly draw: Draw) {}

  /** The source of a module. */
  source(): string {
    const { imports, call } = this.#call(this.#module());
    const [before, after] = this.#some()
      ? ['@Module({ imports: [', '] })']
      : ['@Module({\n  imports: [\n    ', ',\n  ],\n})'];
    return [
      `import { Module } from '@nestjs/common';`,
      `import { StreamingModule } from '@hive-academy/langgraph-streaming';`,
      ...imports,
      '',
      'const flags: { readonly on?: boolean; readonly port?: number; readonly limit?: number } = {};',
      ...this.#declarations,
      '',
      `${before}${call}${after}`,
      'export class AppModule {}',
      '',
    ].join('\n');
  }

  #call(options: string): { imports: string[]; call: string } {
    const form = this.draw(fc.constantFrom, 'inline', 'constant', 'function', 'async', 'typed');
    const config = `import { ConfigService } from '@nestjs/config';`;
    const types = `import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';`;
    switch (form) {
      case 'constant':
        this.#declarations.push(`const options = ${options};`);
        return { imports: [], call: 'StreamingModule.forRoot(options)' };
      case 'typed':
        this.#declarations.push(`const options: StreamingModuleOptions = ${options};`);
        return { imports: [types], call: 'StreamingModule.forRoot(options)' };
      case 'function':
        this.#declarations.push(`function options() {\n  return ${options};\n}`);
        return { imports: [], call: 'StreamingModule.forRoot(options())' };
      case 'async':
        return {
          imports: [config],
          call: `StreamingModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => (${options}) })`,
        };
      default:
        return { imports: [], call: `StreamingModule.forRoot(${options})` };
    }
  }

  #module(): string {
    return this.#object([
      ...this.#maybe(['websocket', () => this.#websocket()], 0.7),
      ...this.#maybe(['gateway', () => this.#gateway()], 0.6),
      ...this.#maybe(['defaultBufferSize', () => this.#number(1000)], 0.3),
      ...this.#maybe(['strictNaming', () => this.#flag()], 0.15),
      ...this.#maybe(['enabled', () => this.#flag()], 0.1),
      ...this.#maybe(['enableTokenStreaming', () => 'true'], 0.05),
      ...this.#maybe(['tokenStreaming', () => '{ enabled: true }'], 0.05),
      ...this.#maybe(['bufferSize', () => '1024'], 0.05),
    ]);
  }

  #websocket(): string {
    return this.#object([
      ...this.#maybe(['enabled', () => this.#flag()], 0.75),
      ...this.#maybe(['port', () => this.#port()], 0.5),
      ...this.#maybe(['maxConnections', () => this.#number(1000)], 0.08),
      ...this.#maybe(['heartbeatInterval', () => '15_000'], 0.08),
      ...this.#maybe(['events', () => `['update']`], 0.03),
    ]);
  }

  #gateway(): string {
    return this.#object([
      ...this.#maybe(['enabled', () => this.#flag()], 0.6),
      ...this.#maybe(['port', () => this.#port()], 0.3),
      ...this.#maybe(['cors', () => this.#cors()], 0.3),
      ...this.#maybe(['websocket', () => this.#limits()], 0.5),
      ...this.#maybe(['auth', () => this.#auth()], 0.4),
      ...this.#maybe(['rateLimit', () => this.#rateLimit()], 0.4),
      ...this.#maybe(
        ['authentication', () => `{ enabled: ${this.#flag()}, strategy: 'jwt' }`],
        0.05,
      ),
      ...this.#maybe(['rooms', () => '{ autoJoin: true }'], 0.05),
      ...this.#maybe(['heartbeat', () => '{ interval: 5_000 }'], 0.03),
    ]);
  }

  #limits(): string {
    return this.#object([
      ...this.#maybe(['maxConnections', () => this.#number(500)], 0.6),
      ...this.#maybe(['connectionTimeout', () => this.#number(30_000)], 0.4),
      ...this.#maybe(['heartbeatInterval', () => '25_000'], 0.4),
      ...this.#maybe(['compression', () => this.#flag()], 0.3),
      ...this.#maybe(['namespace', () => `'/live'`], 0.3),
    ]);
  }

  #auth(): string {
    return this.#object([
      ...this.#maybe(['required', () => this.#flag()], 0.7),
      ...this.#maybe(['jwtSecret', () => this.#secret()], 0.8),
      ...this.#maybe(
        ['handler', () => `async (_socket: unknown, token: string) => token === 'x'`],
        0.1,
      ),
    ]);
  }

  #rateLimit(): string {
    return this.#object([
      ...this.#maybe(['max', () => this.#number(100)], 0.8),
      ...this.#maybe(['windowMs', () => '60_000'], 0.6),
      ...this.#maybe(['maxConnections', () => '50'], 0.1),
      ...this.#maybe(
        ['skip', () => this.#pick('() => false', `(client: unknown) => client === undefined`)],
        0.1,
      ),
    ]);
  }

  #cors(): string {
    return this.#object([
      [
        'origin',
        this.#pick(`['https://a.example']`, `process.env.ORIGIN ?? 'https://b.example'`, 'true'),
      ],
      ...this.#maybe(['credentials', () => this.#pick('true', 'false')], 0.5),
    ]);
  }

  #secret(): string {
    const long = `'${'s'.repeat(32)}'`;
    return this.#pick(
      long,
      'process.env.JWT_SECRET',
      `process.env.JWT_SECRET ?? ${long}`,
      `'short'`,
    );
  }

  #flag(): string {
    return this.#named(
      this.#pick(
        'true',
        'true',
        'false',
        `process.env.WS !== 'off'`,
        `process.env.WS === 'on'`,
        'flags.on',
        'flags.on ?? true',
        'undefined',
      ),
    );
  }

  #port(): string {
    return this.#named(
      this.#pick(
        '3001',
        `parseInt(process.env.WS_PORT || '3001', 10)`,
        'flags.port',
        `Number(process.env.WS_PORT ?? 8080)`,
      ),
    );
  }

  #number(value: number): string {
    return this.#named(
      this.#pick(
        String(value),
        `Number(process.env.LIMIT ?? ${value})`,
        `flags.limit ?? ${value}`,
        `${value} * 2`,
      ),
    );
  }

  /** An object in one of the ways in which people write one. */
  #object(entries: readonly Entry[]): string {
    const form = this.draw(
      fc.constantFrom,
      'inline',
      'inline',
      'inline',
      'inline',
      'constant',
      'function',
      'spread',
      'spread behind',
      'conditional',
      'conditional spread',
      'frozen',
      'parenthesized',
    );
    const half = Math.ceil(entries.length / 2);
    switch (form) {
      case 'constant':
        return this.#declare(this.#literal(entries));
      case 'function': {
        const name = this.#name();
        this.#declarations.push(`const ${name} = () => (${this.#literal(entries)});`);
        return `${name}()`;
      }
      case 'spread':
      case 'spread behind': {
        const base = `...${this.#declare(this.#literal(entries.slice(0, half)))}`;
        const own = entries.slice(half).map(property);
        return this.#braces(form === 'spread' ? [base, ...own] : [...own, base]);
      }
      case 'conditional':
        return `(process.env.CI ? ${this.#literal(entries)} : ${this.#literal(entries.slice(half))})`;
      case 'conditional spread':
        return this.#braces([
          ...entries.slice(half).map(property),
          `...(process.env.CI ? ${this.#literal(entries.slice(0, half))} : {})`,
        ]);
      case 'frozen':
        return `Object.freeze(${this.#literal(entries)})`;
      case 'parenthesized':
        return `(${this.#literal(entries)})`;
      default:
        return this.#literal(entries);
    }
  }

  #literal(entries: readonly Entry[]): string {
    return this.#braces(entries.map(property));
  }

  #braces(members: readonly string[]): string {
    if (members.length === 0) return '{}';
    if (this.#some()) return `{ ${members.join(', ')} }`;
    const lines = members.map((member) => `${this.draw(fc.constantFrom, ...COMMENTS)}${member},`);
    return `{\n${lines.join(this.#pick('\n', '\n', ' // behind\n'))}\n}`;
  }

  #named(text: string): string {
    return this.draw(fc.integer, { min: 0, max: 9 }) === 9 && text !== 'undefined'
      ? this.#declare(text)
      : text;
  }

  #declare(text: string): string {
    const name = this.#name();
    this.#declarations.push(`const ${name} = ${text};`);
    return name;
  }

  #name(): string {
    this.#count += 1;
    return `part${this.#count}`;
  }

  #maybe([key, text]: readonly [string, () => string], probability: number): Entry[] {
    return this.draw(fc.integer, { min: 0, max: 99 }) >= 100 - probability * 100
      ? [[key, text()]]
      : [];
  }

  #pick(...texts: readonly string[]): string {
    return this.draw(fc.constantFrom, ...texts);
  }

  #some(): boolean {
    return this.draw(fc.boolean);
  }
}

function property([key, text]: Entry): string {
  return key === text ? key : `${key}: ${text}`;
}
