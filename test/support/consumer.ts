import { StreamEventType } from '../../src/index.js';
import { snippetsOf } from './snippets.js';

/** What the code of a page does with the data of an update of a type. */
const SHOWN: Readonly<Record<string, string>> = {
  token: 'update.data.content',
  progress: 'String(update.data.progress)',
  messages: 'update.data.role',
  custom: 'update.data.step',
  events: "update.data.kind === 'paid' ? update.data.amount.toFixed(2) : update.data.kind",
  'workflow:start': 'update.data.state',
  'workflow:error': "update.data.error?.code ?? ''",
  interrupt: "update.data.interrupts?.[0]?.id ?? ''",
  'node:retry': 'String(update.data.attempt)',
};

const cases = Object.values(StreamEventType).map(
  (type) => `    case '${type}':\n      return ${SHOWN[type] ?? 'update.type'};`,
);

/** The types of an application's own updates, and a page and a server that use them without a cast. */
const APPLICATION = {
  'updates.ts': `
declare module '@hive-academy/langgraph-streaming' {
  interface ApplicationUpdates {
    custom: { step: string };
    events: { kind: 'paid'; amount: number } | { kind: 'sent' };
  }
}
export {};
`,
  'show.ts': `
import './updates.js';
import type { StreamUpdate } from '@hive-academy/langgraph-streaming/client';

export function show(update: StreamUpdate): string {
  switch (update.type) {
${cases.join('\n')}
    default: {
      const other: never = update;
      return other;
    }
  }
}

export function forgetful(update: StreamUpdate): string {
  switch (update.type) {
${cases.slice(1).join('\n')}
    default: {
      // @ts-expect-error one type has no case
      const other: never = update;
      return other;
    }
  }
}
`,
  'produce.ts': `
import './updates.js';
import type { Emitter, StreamingService } from '@hive-academy/langgraph-streaming';

export async function produce(streaming: StreamingService, context: Emitter): Promise<void> {
  context.emit('custom', { step: 'search' });
  context.publish('lobby', 'events', { kind: 'sent' });
  await streaming.publish('lobby', 'events', { kind: 'paid', amount: 3 });
  // @ts-expect-error not what was declared
  context.emit('custom', { stage: 'search' });
  for await (const update of streaming.follow('run')) {
    if (update.type === 'custom') update.data.step.trim();
  }
}
`,
};

/** Files of the README that compile without LangChain, which the applications do not install. */
function withoutLangChain(files: ReadonlyMap<string, string>): Map<string, string> {
  const needs = (code: string): boolean => /@langchain\/|\/langgraph'/.test(code);
  const left = new Set([...files].filter(([, code]) => needs(code)).map(([name]) => name));
  const imports = (code: string): boolean =>
    [...left].some((name) => code.includes(`'./${name.replace(/\.ts$/, '.js')}'`));
  return new Map([...files].filter(([name, code]) => !left.has(name) && !imports(code)));
}

/** The files of an application: the README's, and code that is strict about updates. */
export function consumerFiles(): Map<string, string> {
  const readme = withoutLangChain(snippetsOf('README.md'));
  return new Map([...readme, ...Object.entries(APPLICATION)]);
}
