import { describe, expect, it } from '@jest/globals';
import { AUTHENTICATION_DEFAULTS } from '../access/authentication-options.js';
import { RATE_LIMIT_DEFAULTS } from '../access/rate-limit/rate-limit-options.js';
import { StreamAccessPolicy } from '../access/stream-access-policy.js';
import { JwtStrategy } from '../access/strategies/jwt.strategy.js';
import { MemoryTicketStore } from '../access/strategies/ticket-store.js';
import { TicketStrategy } from '../access/strategies/ticket.strategy.js';
import { memoryBackend } from '../cluster/memory/memory-backend.js';
import { StreamingError } from '../errors/streaming.error.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import { OPTION_DEFAULTS } from './option-defaults.js';
import type { OptionIssue } from '../errors/option-issue.js';
import { resolveGatewayOptions, resolveStreamingOptions } from './resolve-options.js';

const strategy = new JwtStrategy({ secret: 's'.repeat(32) });
const store = new MemoryStreamLog({ ...OPTION_DEFAULTS.log });
const ticketStore = new TicketStrategy({ store: new MemoryTicketStore() });

/** The faults that options have, by path. */
function faultsOf(options: object): Record<string, string> {
  try {
    resolveStreamingOptions(options);
    return {};
  } catch (error) {
    if (!StreamingError.isInstance(error)) throw error;
    const { issues } = error as StreamingError & { readonly issues: readonly OptionIssue[] };
    for (const { path } of issues) expect(error.message).toContain(`${path}: `);
    return Object.fromEntries(issues.map(({ path, message }) => [path, message]));
  }
}

/** The paths of objects and arrays that can be changed. */
function unfrozen(value: unknown, path = 'options'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && !Array.isArray(value)) return [];
  const below = Object.entries(value).flatMap(([key, one]) => unfrozen(one, `${path}.${key}`));
  return Object.isFrozen(value) ? below : [path, ...below];
}

describe('resolved options', () => {
  it('are complete without any given', () => {
    const { gateway, decorators } = resolveStreamingOptions();
    expect(gateway).toEqual({ enabled: false, ...OPTION_DEFAULTS.gateway });
    expect(gateway.rateLimit).toEqual(RATE_LIMIT_DEFAULTS);
    expect(gateway.slowClient).toEqual({
      maxQueuedBytes: 262_144,
      maxQueuedPackets: 256,
      timeoutMs: 15_000,
    });
    expect(decorators).toEqual(OPTION_DEFAULTS.decorators);
  });

  it.each<[string, object, object]>([
    [
      'gateway.authentication',
      { gateway: { authentication: { strategies: [strategy], timeoutMs: 7 } } },
      {
        gateway: {
          authentication: { ...AUTHENTICATION_DEFAULTS, timeoutMs: 7, strategies: [strategy] },
        },
      },
    ],
    [
      'gateway.authentication.sources',
      {
        gateway: { authentication: { strategies: [strategy], sources: { apiKeyHeader: 'x-key' } } },
      },
      { gateway: { authentication: { sources: { handshake: true, apiKeyHeader: 'x-key' } } } },
    ],
    [
      'gateway.rateLimit',
      { gateway: { rateLimit: { maxMessages: 5, windowMs: undefined } } },
      { gateway: { rateLimit: { ...RATE_LIMIT_DEFAULTS, maxMessages: 5 } } },
    ],
    [
      'gateway.slowClient',
      { gateway: { slowClient: { timeoutMs: 9 } } },
      { gateway: { slowClient: { ...OPTION_DEFAULTS.gateway.slowClient, timeoutMs: 9 } } },
    ],
    [
      'gateway.cors',
      { gateway: { cors: { origin: ['https://app.example'] } } },
      { gateway: { cors: { origin: ['https://app.example'], credentials: false } } },
    ],
    [
      'decorators.progress.format',
      { decorators: { progress: { format: { showRate: true } } } },
      {
        decorators: {
          progress: { format: { ...OPTION_DEFAULTS.decorators.progress.format, showRate: true } },
        },
      },
    ],
    [
      'decorators.token.filter',
      { decorators: { token: { filter: { minLength: 2 } } } },
      { decorators: { token: { filter: { minLength: 2, excludeWhitespace: false } } } },
    ],
    [
      'decorators.event.filter',
      { decorators: { event: { filter: { minPriority: 'high' } } } },
      { decorators: { event: { filter: { minPriority: 'high', includeDebug: false } } } },
    ],
  ])('have the defaults below %s', (_, given, expected) => {
    expect(resolveStreamingOptions(given)).toMatchObject(expected);
  });

  it('keep what is switched off', () => {
    const gateway = { rateLimit: false, authentication: false, cors: false };
    expect(resolveStreamingOptions({ gateway }).gateway).toMatchObject(gateway);
  });

  it('complete the options of a subclass over those of the module, key by key', () => {
    const { gateway } = resolveStreamingOptions({
      gateway: { maxRooms: 3, slowClient: { timeoutMs: 9 } },
    });
    expect(resolveGatewayOptions(gateway, { slowClient: { maxQueuedPackets: 4 } })).toEqual({
      ...gateway,
      slowClient: { ...OPTION_DEFAULTS.gateway.slowClient, maxQueuedPackets: 4 },
    });
  });
});

describe('frozen options', () => {
  const given = {
    gateway: {
      transports: ['websocket'],
      cors: {
        origin: ['https://app.example', /https:\/\/[a-z]+\.app\.example/g],
        methods: ['GET'],
      },
      authentication: { strategies: [strategy], sources: { cookie: 'session' } },
      rateLimit: { maxMessages: 5 },
      slowClient: { timeoutMs: 9 },
      rooms: ['lobby'],
    },
    decorators: {
      token: { filter: { minLength: 1 } },
      event: { events: ['values'], filter: { eventTypes: ['values'] } },
      progress: { milestones: [50], format: { precision: 2 } },
    },
  };

  it('are so at every level', () => {
    const resolved = resolveStreamingOptions(given);
    expect(unfrozen(resolved)).toEqual([]);
    expect(unfrozen(resolveStreamingOptions())).toEqual([]);
    expect(unfrozen(resolveGatewayOptions(resolved.gateway, { rateLimit: {} }))).toEqual([]);
  });

  it('leave what was given as it was', () => {
    const paths = unfrozen(given);
    resolveStreamingOptions(given);
    expect(unfrozen(given)).toEqual(paths);
    expect(paths).toContain('options.gateway.cors.methods');
  });

  it('hand on strategies, stores, policies, patterns and functions as they are', () => {
    class Policy extends StreamAccessPolicy {
      authorize(): boolean {
        return true;
      }
    }
    const accessPolicy = new Policy();
    const literal = { name: 'mine', calls: 0, authenticate: () => undefined };
    const ownLog = { appended: 0, append: () => undefined };
    const skip = (): boolean => false;
    const origin = /https:\/\/app\.example/g;
    const { gateway, log } = resolveStreamingOptions({
      gateway: {
        accessPolicy,
        authentication: { strategies: [strategy, literal] },
        rateLimit: { skip },
        cors: { origin },
      },
      log: { store: ownLog },
    });
    expect(gateway.accessPolicy).toBe(accessPolicy);
    expect(log.store).toBe(ownLog);
    expect(gateway.rateLimit && gateway.rateLimit.skip).toBe(skip);
    expect(gateway.cors && gateway.cors.origin).toBe(origin);
    const strategies = gateway.authentication ? gateway.authentication.strategies : [];
    expect([strategies[0] === strategy, strategies[1] === (literal as unknown)]).toEqual([
      true,
      true,
    ]);
    expect([accessPolicy, ownLog, literal, strategy, origin].some(Object.isFrozen)).toBe(false);
  });
});

describe('contradictions fail the boot', () => {
  const backend = memoryBackend();
  it.each<[string, object, string[]]>([
    ['log.store with maxEntries', { log: { store, maxEntries: 5 } }, ['log.maxEntries']],
    ['log.store with maxBytes', { log: { store, maxBytes: 5 } }, ['log.maxBytes']],
    ['log.store with roomIdleMs', { log: { store, roomIdleMs: 5 } }, ['log.roomIdleMs']],
    [
      'log.store with each of them',
      { log: { store, maxEntries: 5, maxBytes: 5, roomIdleMs: 5 } },
      ['log.maxEntries', 'log.maxBytes', 'log.roomIdleMs'],
    ],
    ['log.store with retentionMs', { log: { store, retentionMs: 5 } }, []],
    ['log.store with an undefined bound', { log: { store, maxEntries: undefined } }, []],
    ['bounds without a store', { log: { store: undefined, maxEntries: 5 } }, []],
    ['backend with log.store', { backend, log: { store } }, ['log.store']],
    ['backend with bounds of the log', { backend, log: { maxEntries: 5 } }, []],
    [
      'backend with a ticket store',
      { backend, gateway: { authentication: { strategies: [strategy, ticketStore] } } },
      ['gateway.authentication.strategies.1'],
    ],
    ['a ticket store alone', { gateway: { authentication: { strategies: [ticketStore] } } }, []],
    [
      'backend with tickets of its own',
      { backend, gateway: { authentication: { strategies: [new TicketStrategy()] } } },
      [],
    ],
    [
      'several, beside other faults',
      { backend, log: { store, maxEntries: 0 }, gateway: { port: -1 } },
      ['gateway.port', 'log.maxEntries', 'log.store'],
    ],
  ])('%s', (_, options, paths) => {
    const faults = faultsOf(options);
    expect(Object.keys(faults).toSorted()).toEqual(paths.toSorted());
  });
});

describe('misspelt options', () => {
  it.each<[string, object, string | undefined]>([
    ['gatway', { gatway: {} }, 'gateway'],
    ['Gateway', { Gateway: {} }, 'gateway'],
    ['gateway.maxConections', { gateway: { maxConections: 1 } }, 'maxConnections'],
    [
      'gateway.cors.credential',
      { gateway: { cors: { origin: [], credential: true } } },
      'credentials',
    ],
    ['gateway.rateLimit.maxMesages', { gateway: { rateLimit: { maxMesages: 1 } } }, 'maxMessages'],
    ['gateway.slowClient.timeout', { gateway: { slowClient: { timeout: 1 } } }, 'timeoutMs'],
    [
      'gateway.authentication.strategy',
      { gateway: { authentication: { strategies: [strategy], strategy: 1 } } },
      'strategies',
    ],
    [
      'gateway.authentication.sources.cookies',
      { gateway: { authentication: { strategies: [strategy], sources: { cookies: 'c' } } } },
      'cookie',
    ],
    ['log.maxEntrys', { log: { maxEntrys: 1 } }, 'maxEntries'],
    ['tokens.flushInterval', { tokens: { flushInterval: 1 } }, 'flushIntervalMs'],
    ['executions.maxActiv', { executions: { maxActiv: 1 } }, 'maxActive'],
    ['decorators.tokens', { decorators: { tokens: {} } }, 'token'],
    ['decorators.token.batchsize', { decorators: { token: { batchsize: 1 } } }, 'batchSize'],
    [
      'decorators.progress.format.showRates',
      { decorators: { progress: { format: { showRates: true } } } },
      'showRate',
    ],
    ['gateway.qwertzuiop', { gateway: { qwertzuiop: 1 } }, undefined],
  ])('%s', (path, options, meant) => {
    const faults = faultsOf(options);
    expect(Object.keys(faults)).toEqual([path]);
    expect(faults[path]).toContain('docs/options.md');
    expect(faults[path]?.match(/did you mean `(\w+)`/)?.[1]).toBe(meant);
  });

  it('are told together with every other fault, at every level', () => {
    expect(
      Object.keys(
        faultsOf({
          gatway: {},
          gateway: {
            maxConections: 1,
            cors: { origin: 5 },
            rateLimit: { maxMessages: 0, windowms: 1 },
            authentication: { strategies: [], timeoutMs: -1 },
          },
          log: { store, maxBytes: 1, maxEntries: 0 },
          executions: { highWaterMarkBytes: 2, maxQueuedBytes: 1 },
        }),
      ).toSorted(),
    ).toEqual([
      'executions.highWaterMarkBytes',
      'gateway.authentication.strategies',
      'gateway.authentication.timeoutMs',
      'gateway.cors.origin',
      'gateway.maxConections',
      'gateway.rateLimit.maxMessages',
      'gateway.rateLimit.windowms',
      'gatway',
      'log.maxBytes',
      'log.maxEntries',
    ]);
  });

  it('are told of the decorator of a gateway too', () => {
    const { gateway } = resolveStreamingOptions({ gateway: {} });
    expect(() =>
      resolveGatewayOptions(gateway, { rateLimit: { maxMesages: 1 } } as object),
    ).toThrow(/@StreamingGateway\.rateLimit\.maxMesages: .*did you mean `maxMessages`/);
  });
});

describe('values of the wrong kind', () => {
  it.each([
    ['gateway.rateLimit', { gateway: { rateLimit: 5 } }, /must be false or an object of limits/],
    ['gateway.cors', { gateway: { cors: true } }, /name the origins that may connect/],
    ['gateway.authentication', { gateway: { authentication: true } }, /must be false or/],
    [
      'gateway.authentication.strategies',
      { gateway: { authentication: {} } },
      /list of strategies/,
    ],
    ['gateway.transports', { gateway: { transports: [] } }, /at least one transport/],
    ['gateway', { gateway: 5 }, /expected object/],
  ])('%s', (path, options, message) => {
    expect(faultsOf(options)).toEqual({ [path]: expect.stringMatching(message) });
  });
});
