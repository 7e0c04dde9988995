import { isRecord } from '../common/is-record.js';
import { isStreamEventName } from '../protocol/stream-event-type.js';
import { adviseSource } from '../executions/report-source-fault.js';

/** The properties by which SDKs tell the items of their streams apart. */
const KINDS = ['type', 'object', 'event', 'kind'] as const;

/**
 * Warns once for each kind of item that looks like an item of an unknown SDK. There is no advice for plain
 * objects of the application, because `custom` updates are meant for them.
 */
export function adviseOnItem(item: unknown, outcome: string): void {
  const kind = kindOf(item);
  if (kind === undefined) return;
  adviseSource(
    kind,
    `An item of ${kind} ${outcome}, because it comes from no known SDK. If the item has text, map the ` +
      "stream to strings or to `{ content }`. If you want `custom`, yield `{ type: 'custom', data }`.",
  );
}

function kindOf(item: unknown): string | undefined {
  if (!isRecord(item) || isStreamEventName(item['type'])) return undefined;
  for (const key of KINDS) {
    const kind = item[key];
    if (typeof kind === 'string') return `${key} "${kind.slice(0, 80)}"`;
  }
  const prototype: unknown = Object.getPrototypeOf(item);
  if (prototype === null || prototype === Object.prototype || Array.isArray(item)) return undefined;
  const { constructor } = item;
  return typeof constructor === 'function' ? `class ${constructor.name}` : undefined;
}
