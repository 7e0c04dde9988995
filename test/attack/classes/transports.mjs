// Namespaces, floods of every packet type, half-open transports, slow readers.
import { SEPARATOR, sleep, tokenOf } from '../attacker.mjs';

const NAMES = [
  '/',
  '/x',
  '/streaming/',
  '/Streaming',
  '/streaming%00',
  '/streaming?token=x',
  '//streaming',
  '/streaming,',
  '/__proto__',
  '/constructor',
  '/hasOwnProperty',
  '/toString',
  '/admin',
  '/chat',
  '/.',
  '/..',
  '/../streaming',
  '/streaming/x',
  '/socket.io',
  '/%2fstreaming',
  '/streaming ',
  '/ streaming',
  '/\u0000',
  '/*',
  `/${'x'.repeat(10_000)}`,
];
const token = await tokenOf('mallory');
const auth = JSON.stringify({ token });

const FLOODS = {
  'CONNECT to nothing': '40/x,',
  'CONNECT without a credential': '40/streaming,',
  'CONNECT to the root': '40',
  DISCONNECT: '41/x,',
  EVENT: '42/streaming,["ping"]',
  'EVENT with an acknowledgement': '42/streaming,1["ping"]',
  ACK: '43/streaming,1[]',
  CONNECT_ERROR: '44/streaming,{}',
  'binary EVENT': '451-/streaming,["ping",{"_placeholder":true,"num":0}]',
  'binary ACK': '461-/streaming,1[{"_placeholder":true,"num":0}]',
  pong: '3',
  upgrade: '5',
  noop: '6',
  garbage: '4garbage',
};

const SLOW = {
  acknowledgements: '42/streaming,1["ping"]',
  'error events': '42/streaming,["nothing"]',
  'refusals of namespaces': '40/x,',
  confirmations: '42/streaming,["get_status"]',
  'refusals of messages': '42/streaming,1["subscribe_execution",7]',
};

export const classes = [
  {
    name: 'namespaces',
    attacks: NAMES.flatMap((name) =>
      ['', auth].map((credential) => ({
        name: `${JSON.stringify(name.slice(0, 30))} ${credential ? 'with' : 'without'} a token`,
        run: async (attacker) => {
          const raw = await attacker.connect();
          raw.send(`40${name},${credential}`);
          await Promise.race([attacker.answered(/4[04]\//, 500), raw.closes(500)]);
          return (
            /40\S*\{"sid"/.test(attacker.read.slice(attacker.read.indexOf('}') + 1)) &&
            !(credential && name === '/streaming,')
          );
        },
      })),
    ),
  },
  {
    name: 'floods',
    attacks: Object.entries(FLOODS).flatMap(([name, packet]) => [
      {
        name: `${name} over a WebSocket`,
        run: async (attacker) => {
          const raw = await attacker.connect();
          raw.send(`40/streaming,${auth}`);
          for (let index = 0; index < 2_000; index += 1) raw.send(packet);
          return !(await raw.closes());
        },
      },
      {
        name: `${name} over polling, in one post`,
        run: async (attacker) => {
          const session = await attacker.poll();
          await session.post(`40/streaming,${auth}`);
          const count = Math.floor(16_000 / (packet.length + 1));
          for (let index = 0; index < 4; index += 1)
            await session.post(Array.from({ length: count }, () => packet).join(SEPARATOR));
          // Whoever reads why the session is closed is gone with it; the others soon after.
          for (let round = 0; round < 10; round += 1) {
            await session.read();
            if (await session.isGone()) return false;
          }
          return true;
        },
      },
    ]),
  },
  {
    name: 'half-open transports',
    attacks: [
      ...[0, 1, 2].map((index) => ({
        name: `a WebSocket that joins nothing ${index}`,
        run: async (attacker) => !(await (await attacker.connect()).closes()),
      })),
      ...[0, 1, 2].map((index) => ({
        name: `a polling session that joins nothing ${index}`,
        run: async (attacker) => {
          const session = await attacker.poll();
          await sleep(2_500);
          return !(await session.isGone());
        },
      })),
      {
        name: 'one that joins and leaves',
        run: async (attacker) => {
          const raw = await attacker.join(token);
          raw.send('41/streaming,');
          return !(await raw.closes());
        },
      },
      {
        name: 'more of an address than may be',
        run: async (attacker) => {
          const opened = await Promise.all(Array.from({ length: 30 }, () => attacker.connect()));
          await sleep(300);
          return opened.filter((raw) => raw?.socket.readyState === 1).length > 10;
        },
      },
      {
        name: 'more polling sessions of an address than may be',
        run: async (attacker) => {
          const sessions = [];
          for (let index = 0; index < 30; index += 1) {
            const session = await attacker.poll();
            if (!session) continue;
            await session.post(`40/streaming,${auth}`);
            sessions.push(session);
          }
          const answers = await Promise.all(sessions.map((session) => session.read()));
          const joined = answers.filter(({ body }) => /40\/streaming,\{"sid/.test(body));
          // As many as one principal may have.
          return joined.length === 0 || joined.length > 5;
        },
      },
      {
        name: 'a flood over an upgrade that ends nowhere',
        run: async (attacker) => {
          for (const flood of [
            (raw) => raw.send('2probe'),
            (raw) => raw.socket.ping(Buffer.alloc(125)),
            (raw) => raw.socket.pong(),
          ]) {
            const session = await attacker.poll();
            const raw = await attacker.connect({ query: session.query });
            raw.socket.pause();
            for (let index = 0; index < 5_000; index += 1) flood(raw);
            await sleep(300);
            if (!(await session.isGone())) return true;
          }
          return false;
        },
      },
      {
        name: 'upgrades that end nowhere',
        run: async (attacker) => {
          const session = await attacker.poll();
          const opened = [];
          for (let index = 0; index < 10; index += 1)
            opened.push(await attacker.connect({ query: session.query }));
          await sleep(2_500);
          return opened.filter((raw) => raw?.socket.readyState === 1).length > 1;
        },
      },
    ],
  },
  {
    name: 'slow readers',
    attacks: Object.entries(SLOW).flatMap(([name, packet]) => [
      {
        name: `${name} over a WebSocket`,
        run: async (attacker) => {
          const raw = await attacker.join(await tokenOf(`slow ${name}`));
          raw.socket.pause();
          for (let index = 0; index < 5_000; index += 1) raw.send(packet);
          await sleep(1_000);
          raw.socket.resume();
          return !(await raw.closes());
        },
      },
      {
        name: `${name} over polling`,
        run: async (attacker) => {
          const session = await attacker.poll();
          await session.post(
            `40/streaming,${JSON.stringify({ token: await tokenOf(`p ${name}`) })}`,
          );
          await session.read();
          const body = Array.from({ length: 200 }, () => packet).join(SEPARATOR);
          for (let index = 0; index < 40; index += 1)
            if ((await session.post(body)).status !== 200) return false;
          return true;
        },
      },
    ]),
  },
];
