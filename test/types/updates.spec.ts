import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

const page = (...lines: string[]): string =>
  `import { StreamEventType, type StreamUpdate } from '@hive-academy/langgraph-streaming/client';
   export function show(update: StreamUpdate): void {
     ${lines.join('\n')}
   }`;

const declared = (entry: string): string =>
  `declare module '${entry}' {
     interface ApplicationUpdates {
       custom: { step: string };
       events: { kind: 'paid'; amount: number } | { kind: 'sent' };
       updates: Record<string, { plan: string }>;
       // The protocol says what this one is.
       token: { text: number };
     }
   }`;

/** What may be done with the data of an update of a type, and of no other. */
const NARROWED = {
  token: 'const text: string = update.data.content;',
  progress: 'const percent: number = update.data.progress;',
  messages: 'const role: string = update.data.role;',
  'workflow:start': "const running: boolean = update.data.state === 'running';",
  'workflow:end': 'const result: unknown = update.data.result;',
  'workflow:error': 'const code: string | undefined = update.data.error?.code;',
  'workflow:cancel': 'const reason: string | undefined = update.data.reason;',
  interrupt: "const id: string = update.data.interrupts?.[0]?.id ?? '';",
};

const OPEN = ['custom', 'events', 'values', 'updates', 'final', 'node:start', 'debug'];

describe('an update', () => {
  it('is typed by its type, and unknown where nobody says what it is', () => {
    const typed = Object.entries(NARROWED).flatMap(([type, use]) => [
      `if (update.type === '${type}') { ${use} }`,
      `{ // @ts-expect-error it could be any type\n${use} }`,
    ]);
    const open = OPEN.map(
      (type) => `if (update.type === '${type}') {
        const data: unknown = update.data;
        // @ts-expect-error nobody said so
        const text: string = update.data;
      }`,
    );
    const apart = `
      switch (update.type) {
        case 'token': { const text: string = update.data.content; break; }
        case StreamEventType.PROGRESS: { const percent: number = update.data.progress; break; }
      }
      const { type, data } = update;
      if (type === StreamEventType.INTERRUPT) data.interrupts?.map(({ id }) => id.trim());`;
    const beforeDeliver = `
      import { StreamingWebSocketGateway, type StreamUpdate } from '@hive-academy/langgraph-streaming';
      export class Redacting extends StreamingWebSocketGateway {
        protected override beforeDeliver(update: StreamUpdate) {
          return { ...update, data: { redacted: true } };
        }
      }`;
    const files = new Map([
      ['page.ts', page(...typed, ...open, apart)],
      ['redacting.ts', beforeDeliver],
    ]);
    expect(typeFaults(files)).toEqual([]);
  });

  it.each(['@hive-academy/langgraph-streaming', '@hive-academy/langgraph-streaming/client'])(
    'is what the application declares, on the server and on the page, under %s',
    (entry) => {
      const code = `
        import type { ExecutionContext, StreamUpdate } from '@hive-academy/langgraph-streaming';
        import type { Subscription } from '@hive-academy/langgraph-streaming/client';
        ${declared(entry)}
        export function emit(context: ExecutionContext, run: Subscription): void {
          context.emit('custom', { step: 'search' });
          context.emit('events', { kind: 'paid', amount: 3 });
          // @ts-expect-error not what was declared
          context.emit('custom', { stage: 'search' });
          run.on('update', (update) => {
            if (update.type === 'custom') update.data.step.trim();
            if (update.type === 'events' && update.data.kind === 'paid') update.data.amount.toFixed();
            if (update.type === 'token') update.data.content.trim();
            if (update.type === 'updates') update.data['planner']?.plan.trim();
          });
        }
        export const sent: StreamUpdate = { type: 'events', data: { kind: 'sent' } };
        // @ts-expect-error not what was declared
        export const wrong: StreamUpdate = { type: 'events', data: { kind: 'lost' } };`;
      expect(typeFaults(new Map([['application.ts', code]]))).toEqual([]);
    },
  );

  it('is typed as the recipe says', () => {
    const code = snippetsOf('docs/recipes.md').get('application-updates.ts') ?? '';
    expect(code).toContain('ApplicationUpdates');
    expect(typeFaults(new Map([['application.ts', code]]))).toEqual([]);
  });
});
