// A gateway of the application that any page may use stands beside the library's, on one server.
import { tokenOf } from '../attacker.mjs';

const cookie = `session=${await tokenOf('alice')}`;
const EVIL = { origin: 'https://evil.test', cookie };
const ENTER = '40/streaming,';
const READ = '42/streaming,1["subscribe_execution",{"executionId":"secret"}]';

const entered = (attacker) => /40\/streaming,\{"sid/.test(attacker.read);

const attacks = [
  {
    name: 'a page over a WebSocket',
    run: async (attacker) => {
      const raw = await attacker.connect({ headers: EVIL });
      raw.send(ENTER);
      await attacker.answered(/44\/streaming,/);
      return entered(attacker);
    },
  },
  {
    name: 'a page that enters the other gateway first',
    run: async (attacker) => {
      const raw = await attacker.connect({ headers: EVIL });
      raw.send('40/chat,');
      await attacker.answered(/40\/chat,/);
      raw.send(ENTER);
      await attacker.answered(/44\/streaming,/);
      return entered(attacker) || !/40\/chat,/.test(attacker.read);
    },
  },
  {
    name: 'a page over polling',
    run: async (attacker) => {
      const session = await attacker.poll(EVIL);
      await session.post(ENTER, EVIL);
      await session.read(EVIL);
      return entered(attacker);
    },
  },
  {
    name: 'a session of the user, continued by a page',
    run: async (attacker) => {
      const session = await attacker.poll({ cookie });
      await session.post(ENTER, EVIL);
      await session.read({ cookie });
      return entered(attacker);
    },
  },
  {
    name: 'a session in the library, continued by a page',
    run: async (attacker) => {
      const session = await attacker.poll({ cookie });
      await session.post(ENTER);
      await session.read();
      attacker.read = '';
      return (await session.post(READ, EVIL)).status === 200;
    },
  },
  {
    name: 'a script (JSONP)',
    run: async (attacker) => {
      const { body } = await attacker.ask({ query: '&j=0', headers: { cookie } });
      const sid = /sid\\":\\"([^"\\]+)/.exec(body)?.[1] ?? '';
      const query = `&sid=${sid}&j=0`;
      await attacker.ask({ method: 'POST', body: `d=${ENTER}`, query, headers: { cookie } });
      await attacker.ask({ query, headers: { cookie } });
      return /40\/streaming,\{\\?\\?"sid/.test(attacker.read);
    },
  },
  {
    name: 'an upgrade by a page of a session of the user',
    run: async (attacker) => {
      const session = await attacker.poll({ cookie });
      const raw = await attacker.connect({ headers: EVIL, query: session.query });
      raw?.send('2probe');
      await attacker.answered(/3probe/, 500);
      raw?.send('5');
      raw?.send(ENTER);
      await attacker.answered(/4[04]\/streaming,/, 500);
      return entered(attacker);
    },
  },
];

export const classes = ['own first', 'library first'].map((order) => ({
  name: `other gateways, ${order}`,
  settings: { order },
  attacks,
}));
