// Copied into the generated application and run there, as a client of its gateway.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { io } from 'socket.io-client';

const url = process.env.SERVER_URL;
const secret = process.env.JWT_SECRET;

function token(sub, key = secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${payload}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
}

/** The code with which a handshake is refused. */
async function refusal(namespace, auth) {
  const socket = io(url + namespace, { auth, reconnection: false, forceNew: true });
  try {
    return await new Promise((resolve, reject) => {
      socket.once('connect_error', (error) => resolve(error.data?.code ?? error.message));
      socket.once('connect', () =>
        reject(new Error(`${namespace} let in ${JSON.stringify(auth)}`)),
      );
    });
  } finally {
    socket.close();
  }
}

function connect(user) {
  const socket = io(`${url}/chat`, {
    auth: { token: token(user) },
    autoConnect: false,
    forceNew: true,
  });
  return { socket, client: createStreamingClient({ socket }) };
}

for (const namespace of ['/chat', '/streaming']) {
  assert.equal(await refusal(namespace, {}), 'AUTHENTICATION_REQUIRED');
  assert.equal(
    await refusal(namespace, { token: token('ada', 'another secret') }),
    'AUTHENTICATION_FAILED',
  );
}

const ada = connect('ada');
const { executionId } = await ada.socket
  .timeout(10_000)
  .emitWithAck('chat_start', { text: 'Hello there' });
assert.equal(await ada.client.execution(executionId).finalText(), 'You said: Hello there');

const bob = connect('bob');
await assert.rejects(bob.client.execution(executionId).done, { code: 'EXECUTION_NOT_FOUND' });

ada.client.close();
bob.client.close();
console.log('The gateway answers whom it should, and nobody else.');
