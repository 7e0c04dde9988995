import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { SignJWT } from 'jose';
import { openClient, refusalOf } from '../support/open-client.js';
import { snippetFolder } from '../support/run-snippets.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { startAppOf } from '../support/streaming-app.js';

const PAGE = 'docs/options.md';
const SECRET = 'a secret of at least thirty-two bytes';
const ORIGINS = ['https://chat.example.com', 'https://admin.example.com'];

describe('the module of docs/options.md', () => {
  let AppModule: Type;
  beforeAll(async () => {
    process.env['JWT_SECRET'] = SECRET;
    process.env['WEB_ORIGINS'] = ORIGINS.join(',');
    ({ AppModule } = await (await snippetFolder(PAGE)).load<{ AppModule: Type }>('app.module.ts'));
  });

  it('compiles', () => {
    expect(typeFaults(snippetsOf(PAGE))).toEqual([]);
  }, 60_000);

  it('boots from the environment, and streams to who has a token', async () => {
    const { url, streaming } = await startAppOf({ imports: [AppModule] });
    const { executionId } = streaming.run(['From the ', 'environment.'], {
      owner: { principalId: 'ada' },
    });
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));
    const ada = openClient({ url, auth: { token } });
    expect(await ada.execution(executionId).finalText()).toBe('From the environment.');
    expect(await refusalOf(openClient({ url }), executionId)).toBe('AUTHENTICATION_REQUIRED');
  });

  it('lets pages of its origins in, and no others', async () => {
    const { url } = await startAppOf({ imports: [AppModule] });
    const statusFor = async (origin: string): Promise<number> =>
      (await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })).status;
    expect(await Promise.all([...ORIGINS, 'https://evil.test'].map(statusFor))).toEqual([
      200, 200, 403,
    ]);
  });
});
