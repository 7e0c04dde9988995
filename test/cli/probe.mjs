// Copied into the generated application and run there, as a client of its gateway.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';

const url = process.env.SERVER_URL;
const secret = process.env.JWT_SECRET;
const gateways = process.env.GATEWAYS.split(',');
const agents = process.env.AGENTS.split(',');

function token(sub, key = secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${payload}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
}

function connect(namespace, auth) {
  return createStreamingClient({ url, namespace, auth });
}

for (const namespace of [...gateways.map((name) => `/${name}`), '/streaming']) {
  for (const [auth, code] of [
    [{}, 'AUTHENTICATION_REQUIRED'],
    [{ token: token('ada', 'another secret') }, 'AUTHENTICATION_FAILED'],
  ]) {
    const client = connect(namespace, auth);
    await assert.rejects(client.status(), { code });
    client.close();
  }
}

for (const name of gateways) {
  const ada = connect(`/${name}`, { token: token('ada') });
  const { executionId } = await ada.request(`${name}_start`, { text: 'Hello there' });
  assert.equal(await ada.execution(executionId).finalText(), 'You said: Hello there');
  await assert.rejects(ada.request(`${name}_start`, { text: '' }), { code: 'INVALID_PAYLOAD' });

  const bob = connect(`/${name}`, { token: token('bob') });
  await assert.rejects(bob.execution(executionId).done, { code: 'EXECUTION_NOT_FOUND' });
  ada.close();
  bob.close();
}
for (const agent of agents) {
  const ada = connect('/streaming', { token: token('ada') });
  const start = (role) =>
    ada.request('start_execution', { agent, input: { messages: [{ role, content: 'Hello' }] } });
  const { executionId, threadId } = await start('user');
  assert.equal(await ada.execution(executionId).finalText(), 'Streaming works, letter by letter.');
  const { messages } = await ada.request('get_thread', { threadId });
  assert.equal(messages.length, 2);
  await assert.rejects(start('system'), { code: 'INVALID_PAYLOAD' });

  const bob = connect('/streaming', { token: token('bob') });
  await assert.rejects(bob.request('get_thread', { threadId }), { code: 'THREAD_NOT_FOUND' });
  ada.close();
  bob.close();
}
console.log('The gateways answer whom they should, and nobody else.');
