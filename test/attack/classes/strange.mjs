// Requests and packets that are legal in parts: bodies that never end, headers and queries twice, keys of
// prototypes, deep values, huge numbers, attachments and fragments that never come.
import { connect } from 'node:net';
import { SEPARATOR, sleep, tokenOf } from '../attacker.mjs';

const token = await tokenOf('strange');
const auth = JSON.stringify({ token });
const deep = (depth, inner = '1') => '{"a":'.repeat(depth) + inner + '}'.repeat(depth);
const entered = (attacker) => /40\/streaming,\{"sid/.test(attacker.read);

/** What is written to a connection by hand; whether the server is still listening to it in the end. */
async function hold(attacker, lines, { more = () => undefined, ms = 4_000 } = {}) {
  const { hostname, port } = new URL(attacker.url);
  const socket = connect(Number(port), hostname);
  let isOpen = true;
  socket.on('close', () => (isOpen = false));
  socket.on('error', () => undefined);
  socket.on('data', (data) => (attacker.read += data.toString('latin1')));
  attacker.sent += 1;
  socket.write([...lines, `x-forwarded-for: ${attacker.address}`, '', ''].join('\r\n'));
  for (let waited = 0; waited < ms && isOpen; waited += 50) {
    more(socket);
    await sleep(50);
  }
  socket.destroy();
  return isOpen;
}

const requestLine = (method, query) =>
  `${method} /socket.io/?EIO=4&transport=polling${query} HTTP/1.1`;

/** Sends a packet to a namespace that one is in, and looks whether alice's run can be read. */
const afterJoin = (name, packets) => ({
  name,
  run: async (attacker) => {
    const raw = await attacker.join(await tokenOf(name));
    if (!raw) throw new Error('a good token is refused');
    for (const packet of packets) raw.send(packet);
    raw.send('42/streaming,9["subscribe_execution",{"executionId":"secret"}]');
    await attacker.answered(/43\/streaming,9\[/, 1_000);
    return /43\/streaming,9\[\{"ok":true/.test(attacker.read);
  },
});

/** Asks to enter with a credential that is none. */
const withAuth = (name, text) => ({
  name,
  run: async (attacker) => {
    const raw = await attacker.connect();
    raw.send(`40/streaming,${text}`);
    await attacker.answered(/4[04]\/streaming,/, 1_000);
    return entered(attacker);
  },
});

export const classes = [
  {
    name: 'bodies that never end',
    attacks: [
      {
        name: 'one byte of a post to a session that joins nothing',
        run: async (attacker) => {
          const { query } = await attacker.poll();
          return hold(attacker, [requestLine('POST', query), 'host: x', 'content-length: 9999']);
        },
      },
      {
        name: 'a chunk now and then, of more than a message may have',
        run: async (attacker) => {
          const session = await attacker.poll();
          const head = [
            requestLine('POST', session.query),
            'host: x',
            'transfer-encoding: chunked',
          ];
          const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`;
          await hold(attacker, head, { more: (socket) => socket.write(chunk) });
          return !(await session.isGone());
        },
      },
      {
        name: 'a post without a session',
        run: async (attacker) => {
          const head = [requestLine('POST', ''), 'host: x', 'content-length: 9999'];
          await hold(attacker, head, { ms: 1_000 });
          return !/ 400 /.test(attacker.read);
        },
      },
    ],
  },
  {
    name: 'headers and queries twice',
    attacks: [
      {
        name: 'two origins, a good one first',
        run: async (attacker) => {
          const origins = ['origin: https://app.test', 'origin: https://evil.test'];
          await hold(attacker, [requestLine('GET', ''), 'host: x', ...origins], { ms: 1_000 });
          return / 200 /.test(attacker.read);
        },
      },
      {
        name: 'two hosts',
        run: async (attacker) => {
          const head = ['host: evil.test', 'host: y', 'origin: http://y'];
          await hold(attacker, [requestLine('GET', ''), ...head], { ms: 1_000 });
          return / 200 /.test(attacker.read);
        },
      },
      ...['&sid=', '&sid=x', '&transport=websocket'].map((more) => ({
        name: `a session and ${more}`,
        run: async (attacker) => {
          const session = await attacker.poll();
          const query = `${session.query}${more}`;
          const body = `40/streaming,${auth}`;
          return (await attacker.ask({ method: 'POST', query, body })).status === 200;
        },
      })),
      ...['__proto__', 'constructor', 'hasOwnProperty', 'x'.repeat(8_000)].map((sid) => ({
        name: `the session ${sid.slice(0, 20)}`,
        run: async (attacker) => (await attacker.ask({ query: `&sid=${sid}` })).status === 200,
      })),
      ...['PUT', 'DELETE', 'HEAD', 'PATCH'].map((method) => ({
        name: `${method} in a session`,
        run: async (attacker) => {
          const { query } = await attacker.poll();
          return (await attacker.ask({ method, query })).status === 200;
        },
      })),
    ],
  },
  {
    name: 'strange values',
    attacks: [
      withAuth('a token in a prototype', `{"__proto__":${auth}}`),
      withAuth('a token in a constructor', `{"constructor":{"prototype":${auth}}}`),
      withAuth('a token in credentials', `{"credentials":${auth}}`),
      withAuth('a deep credential', deep(2_500)),
      withAuth('a deep list', '['.repeat(8_000) + ']'.repeat(8_000)),
      withAuth(
        'a credential of many keys',
        JSON.stringify(
          Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`k${index}`, 1])),
        ),
      ),
      withAuth('an object with a length', '{"token":{"length":3,"0":"a"}}'),
      afterJoin('a huge acknowledgement id', [`42/streaming,${'9'.repeat(15_000)}["ping"]`]),
      afterJoin('an acknowledgement of a huge id', [`43/streaming,${'9'.repeat(15_000)}[]`]),
      afterJoin('a refusal of the server, from the client', ['44/streaming,{"message":"x"}']),
      afterJoin('a second CONNECT', [`40/streaming,${auth}`, `40/streaming,${auth}`]),
      afterJoin('attachments that never come', [
        '4510-/streaming,["ping",{"_placeholder":true,"num":0}]',
        Buffer.alloc(15_000),
      ]),
      afterJoin('more attachments than may be', [`451000000-/streaming,["ping"]`]),
      afterJoin('a placeholder without attachment', [
        '451-/streaming,["subscribe_execution",{"executionId":{"_placeholder":true,"num":1e9}}]',
        Buffer.from('secret'),
      ]),
      afterJoin('an event that is a number', ['42/streaming,7[1,{}]']),
      afterJoin('an event of the emitter', [
        '42/streaming,7["newListener",{}]',
        '42/streaming,8["disconnecting",{}]',
      ]),
      afterJoin('a prototype in the payload', [
        '42/streaming,7["subscribe_execution",{"__proto__":{"executionId":"secret"}}]',
      ]),
      afterJoin('a deep answer', [
        `42/streaming,7["respond_interrupt",{"executionId":"secret","value":${deep(2_500)}}]`,
      ]),
      afterJoin('many faults in one payload', [
        `42/streaming,7["subscribe_events",{"eventTypes":[${'1,'.repeat(7_000)}1]}]`,
      ]),
    ],
  },
  {
    name: 'places that are not given back',
    isSerial: true,
    attacks: [
      {
        name: 'CONNECTs and DISCONNECTs at once, over and over',
        run: async (attacker) => {
          for (let round = 0; round < 20; round += 1) {
            const session = await attacker.poll();
            const enter = `40/streaming,${auth}`;
            await session?.post(
              [enter, enter, '41/streaming,', enter, '41/streaming,'].join(SEPARATOR),
            );
            await session?.read();
            await session?.post('1');
          }
          await sleep(2_000);
          const raw = await attacker.join(token);
          return raw === undefined;
        },
      },
      {
        name: 'transports that go while their credential is checked',
        run: async (attacker) => {
          for (let round = 0; round < 30; round += 1) {
            const raw = await attacker.connect();
            raw?.send(`40/streaming,${auth}`);
            raw?.socket.terminate();
          }
          await sleep(1_500);
          return (await attacker.join(token)) === undefined;
        },
      },
    ],
  },
];
