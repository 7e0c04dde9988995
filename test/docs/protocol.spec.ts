import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../src/protocol/error-codes.js';
import { isTerminalState, type ExecutionState } from '../../src/protocol/execution-state.js';
import { isControlEvent } from '../../src/protocol/control-event-name.js';
import { StreamEventType, toStreamEventName } from '../../src/protocol/stream-event-type.js';
import { CONFIRMATION_EVENTS } from '../../src/protocol/streaming-gateway-events.js';
import { MarkdownPage } from './markdown-page.js';
import { ProtocolTypes, type Field } from './protocol-types.js';

const page = new MarkdownPage('docs/protocol.md');
const types = new ProtocolTypes();

const clientEvents = types.membersOf('ClientToServerEvents');
const confirmations: readonly string[] = Object.values(CONFIRMATION_EVENTS);
const ownServerEvents = types
  .membersOf('ServerToClientEvents')
  .filter((event) => !confirmations.includes(event));

/** What a table says about fields: the name, and "required" or "optional" at the start of the last cell. */
function documented(heading: string, firstColumn: string): Field[] {
  return (page.table(heading, firstColumn) ?? []).map((cells) => {
    const [name = '', , note = ''] = cells;
    const need = /^(required|optional)/.exec(note)?.[1];
    if (!need) throw new Error(`"${heading}" does not say whether "${name}" is required.`);
    return { name, required: need === 'required' };
  });
}

const byName = (fields: readonly Field[]): Field[] =>
  [...fields].sort((a, b) => a.name.localeCompare(b.name));

describe('docs/protocol.md', () => {
  it('lists every client event with its confirmation event', () => {
    const rows = page
      .table('Client events', 'event')
      ?.map(([event, , confirmation]) => [event, confirmation]);
    expect(Object.fromEntries(rows ?? [])).toEqual(CONFIRMATION_EVENTS);
    expect(rows).toHaveLength(clientEvents.length);
  });

  it.each(clientEvents)('has the payload and the answer of %s', (event) => {
    expect(page.headings).toContain(event);
    expect(byName(documented(event, 'payload'))).toEqual(
      byName(types.payloadOf('ClientToServerEvents', event)),
    );
    expect(byName(documented(event, 'answer'))).toEqual(byName(types.answerOf(event)));
  });

  it.each(ownServerEvents)('has the payload of %s', (event) => {
    expect(page.headings).toContain(event);
    expect(byName(documented(event, 'payload'))).toEqual(
      byName(types.payloadOf('ServerToClientEvents', event)),
    );
  });

  it('describes no event that does not exist', () => {
    const described = page.headings.filter((heading) => /^[a-z]+(_[a-z]+)*$/.test(heading));
    expect(described).toEqual([...clientEvents, ...ownServerEvents]);
  });

  it('has every subscription option', () => {
    expect(byName(documented('Subscription options', 'option'))).toEqual(
      byName(types.fieldsOf('ClientSubscriptionConfig')),
    );
  });

  it('has all metadata of an update', () => {
    expect(byName(documented('Updates', 'metadata'))).toEqual(
      byName(types.fieldsOf('StreamUpdateMetadata')),
    );
  });

  it('has every event type, and says which are control updates', () => {
    const rows = page.table('Updates', 'type')?.map(([type, control]) => [type, control]) ?? [];
    const names = Object.values(StreamEventType);
    const expected = names.map((type) => [type, isControlEvent(type) ? 'yes' : 'no']);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
    expect(rows).toHaveLength(names.length);
  });

  it('has legacy spellings that mean what it says', () => {
    const rows = page.table('Updates', 'spelling') ?? [];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(([spelling = '']) => toStreamEventName(spelling))).toEqual(
      rows.map(([, type]) => type),
    );
  });

  it('says which states end the stream', () => {
    const rows = page.table('States', 'state') ?? [];
    const states: ExecutionState[] = [
      'queued',
      'running',
      'interrupted',
      'completed',
      'failed',
      'cancelled',
    ];
    expect(rows.map(([state, ends]) => [state, ends])).toEqual(
      states.map((state) => [state, isTerminalState(state) ? 'yes' : 'no']),
    );
  });

  it('has every error code', () => {
    const codes = Object.entries(ERROR_CODES);
    const expected = codes.map(([code, { retryable, meaning }]) => [
      code,
      retryable ? 'yes' : 'no',
      meaning,
    ]);
    expect(page.table('Errors', 'code')).toEqual(expected);
  });
});
