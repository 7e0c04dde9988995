import { describe, expect, it } from '@jest/globals';
import { channelLife } from '../log/channel-life.js';
import { LogEntry } from '../log/log-entry.js';
import { executionChannel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { EntryPreparation, type BeforeDeliver } from './entry-preparation.js';

const CHANNEL = executionChannel('run');

const entry = (): LogEntry =>
  LogEntry.create(
    {
      type: 'values',
      nodeId: undefined,
      dataJson: '{"card":{"number":"4111"},"lines":[{"text":"a secret"}]}',
      metadataJson: ',"tags":["a"]',
      targets: undefined,
    },
    1,
    0,
    channelLife(CHANNEL, 'e'),
  );

describe('EntryPreparation', () => {
  const changes: [string, (update: StreamUpdate) => unknown][] = [
    ['its data', (update) => Object.assign(update, { data: {} })],
    ['a field deep in its data', ({ data }) => Object.assign((data as Data).card, { number: '*' })],
    ['a list in its data', ({ data }) => (data as Data).lines.pop()],
    ['an element of it', ({ data }) => Object.assign((data as Data).lines[0] ?? {}, { text: '*' })],
    ['its metadata', ({ metadata }) => Object.assign(metadata ?? {}, { tags: [] })],
  ];
  interface Data {
    readonly card: { readonly number: string };
    readonly lines: { readonly text: string }[];
  }

  it.each(changes)('withholds an entry, and says so, when the hook changes %s', (_, change) => {
    const failures: unknown[] = [];
    const hook: BeforeDeliver = (update) => {
      change(update);
      return update;
    };
    const preparation = new EntryPreparation(hook, (error) => failures.push(error));
    const given = entry();
    const { json } = given;
    expect(preparation.prepare(given)).toBeUndefined();
    expect(failures).toEqual([expect.any(TypeError)]);
    // Others in the process see the update as it was streamed.
    expect(given.update).toEqual(JSON.parse(json));
  });

  it('gives what the hook makes of the parts of an update', () => {
    const preparation = new EntryPreparation(
      (update) => ({ ...update, data: { lines: (update.data as Data).lines } }),
      (error) => {
        throw error;
      },
    );
    expect(preparation.prepare(entry())?.update.data).toEqual({
      lines: [{ text: 'a secret' }],
    });
  });

  it('gives the entry itself when the hook leaves it as it is', () => {
    const preparation = new EntryPreparation(
      (update) => update,
      () => undefined,
    );
    const given = entry();
    expect(preparation.prepare(given)).toBe(given);
  });
});
