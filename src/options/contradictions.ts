import { hasOwnStore, OWN_STORE } from '../access/strategies/share-stores.js';
import { isRecord } from '../common/is-record.js';
import type { OptionIssue } from '../errors/option-issue.js';

/** The options that limit the in-memory log. */
const MEMORY_BOUNDS = ['maxEntries', 'maxBytes', 'roomIdleMs'] as const;

/** Finds pairs of options of which one would silently have no effect. */
export function findContradictions(options: object): OptionIssue[] {
  const { backend, log, gateway } = options as Readonly<Record<string, unknown>>;
  const hasBackend = backend !== undefined;
  return [...logContradictions(log, hasBackend), ...(hasBackend ? ticketStores(gateway) : [])];
}

function logContradictions(log: unknown, hasBackend: boolean): OptionIssue[] {
  if (!isRecord(log) || log['store'] === undefined) return [];
  const bounds = MEMORY_BOUNDS.filter((name) => log[name] !== undefined).map((name) => ({
    path: `log.${name}`,
    message:
      'has no effect together with `log.store`, which has its own bounds. Remove one of the two',
  }));
  if (!hasBackend) return bounds;
  const message = 'contradicts `backend`, which already has a log. Remove one of the two';
  return [{ path: 'log.store', message }, ...bounds];
}

function ticketStores(gateway: unknown): OptionIssue[] {
  const authentication = isRecord(gateway) ? gateway['authentication'] : undefined;
  const strategies = isRecord(authentication) ? authentication['strategies'] : undefined;
  if (!Array.isArray(strategies)) return [];
  return strategies.flatMap((strategy: unknown, index) =>
    hasOwnStore(strategy)
      ? [{ path: `gateway.authentication.strategies.${index}`, message: OWN_STORE }]
      : [],
  );
}
