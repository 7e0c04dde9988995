import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fencesOf, type Fence } from '../support/snippets.js';

/** The spec that runs each snippet, by the snippet's name; see {@link Fence}. */
const RUN_BY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'README.md': {
    'docs/readme-quick-start': ['support.agent.ts', 'app.module.ts', 'page.ts', 'client.ts'],
    'docs/readme-decorated': ['answer.service.ts'],
    // A spec itself; this one compares it with the page.
    'docs/readme': ['question.spec.ts'],
  },
  'docs/agents.md': {
    'docs/agents': [
      'support.agent.ts',
      'echo.agent.ts',
      'approval.policy.ts',
      'nightly.service.ts',
    ],
  },
  'docs/auth.md': {
    'docs/auth': [
      'strategies.ts',
      'ticket.controller.ts',
      'ticket-client.ts',
      'sessions.strategy.ts',
      'reports.controller.ts',
      'offboarding.service.ts',
      'run.service.ts',
      'team.policy.ts',
    ],
  },
  'docs/decorators.md': {
    'docs/decorators': ['writer.service.ts', 'Which execution', 'By hand', 'Options'],
  },
  'docs/migration.md': {
    'schematics/migration-docs': ['Before and after', 'Before and after 2', 'Before and after 3'],
  },
  'docs/options.md': { 'docs/options-snippet': ['app.module.ts'] },
  'docs/react.md': { 'docs/react': ['page.tsx', 'chat.tsx'] },
  'docs/recipes.md': {
    'docs/recipes': [
      'runs.controller.ts',
      'graph.ts',
      'answer-questions.ts',
      'follow-over-reloads.ts',
      'follow-from-cursor.ts',
      'report.service.ts',
      'stop-button.ts',
      'announcements.module.ts',
      'read-room.ts',
      'live.module.ts',
      'support-desk.service.ts',
      'application-updates.ts',
      'start-and-follow.ts',
      'plain-socket.ts',
      'collect.ts',
    ],
  },
  'docs/scaling.md': {
    'docs/scaling': ['two-instances.ts', 'jobs.ts', 'redis.ts', 'stream-log.spec.ts'],
  },
  'docs/schematics.md': { 'e2e/generated-client': ['nest g streaming-client <name>'] },
  'docs/single-sign-on.md': {
    'docs/single-sign-on': ['oauth2.ts', 'saml.controller.ts', 'passport.strategy.ts'],
  },
  'docs/sources.md': {
    'docs/sources': [
      'Sources: what can be streamed',
      'Emit updates',
      'Streams of SDKs',
      'LangGraph',
      // The shape of a message. The spec compares it with the type.
      'Messages',
    ],
  },
  // Most are specs themselves; this one compares them with the page.
  'docs/testing.md': { 'docs/testing': ['answer.spec.ts', 'token-of.ts', 'expiry.spec.ts'] },
  'docs/threads.md': { 'docs/threads': ['conversation.ts', 'checkpoint-before.ts'] },
};

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Whether a spec names a snippet, or imports its file, or that of a snippet which imports it. */
function names(spec: string, page: string, { name, isFile }: Fence): boolean {
  const code = readFileSync(`test/${spec}.spec.ts`, 'utf8');
  const imported = `/${name.replace(/\.ts$/, '.js')}'`;
  const byAnother = fencesOf(page).some((fence) => fence.code.includes(`from '.${imported}`));
  // Parts of a page that has the same kind of them are run as a list.
  const listed = !isFile && page === 'docs/migration.md' && code.includes(page);
  return code.includes(`'${name}'`) || code.includes(imported) || byAnother || listed;
}

describe('the code in the documents', () => {
  const shown = pages.flatMap((page) => fencesOf(page).map((fence) => [page, fence] as const));

  it('is all run by a spec', () => {
    const listed = Object.entries(RUN_BY).flatMap(([page, specs]) =>
      Object.values(specs).flatMap((snippets) => snippets.map((name) => `${page}: ${name}`)),
    );
    expect(shown.map(([page, { name }]) => `${page}: ${name}`).toSorted()).toEqual(
      listed.toSorted(),
    );
  });

  it.each(shown.map(([page, fence]) => [page, fence.name, fence] as const))(
    'of %s: %s is named by the spec that runs it',
    (page, name, fence) => {
      const [spec = ''] =
        Object.entries(RUN_BY[page] ?? {}).find(([, snippets]) => snippets.includes(name)) ?? [];
      expect([spec, names(spec, page, fence)]).toEqual([spec, true]);
    },
  );
});
