import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { JwtStrategy } from '@hive-academy/langgraph-streaming';
import { openClient, refusalOf } from '../support/open-client.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { startApp } from '../support/streaming-app.js';
import { tokenOf } from './testing/token-of.js';

const SECRET = 'a secret of at least thirty-two bytes';

it('docs/testing.md shows the tests that run as a part of this suite', () => {
  const snippets = snippetsOf('docs/testing.md');
  expect([...snippets.keys()]).toEqual(['answer.spec.ts', 'token-of.ts', 'expiry.spec.ts']);
  for (const [name, code] of snippets)
    expect(code).toBe(readFileSync(`test/docs/testing/${name}`, 'utf8'));
  expect(typeFaults(snippets)).toEqual([]);
}, 60_000);

it('docs/testing.md shows how a test makes a token of a user', async () => {
  process.env['JWT_SECRET'] = SECRET;
  const authentication = { strategies: [new JwtStrategy({ secret: SECRET })] };
  const { url, streaming } = await startApp({ gateway: { authentication } });
  const { executionId } = streaming.run(['For ', 'ada.'], { owner: { principalId: 'ada' } });
  const open = async (user: string) => openClient({ url, auth: { token: await tokenOf(user) } });
  expect(await (await open('ada')).execution(executionId).finalText()).toBe('For ada.');
  expect(await refusalOf(await open('bob'), executionId)).toBe('EXECUTION_NOT_FOUND');
});
