// Inputs of agents that no page would send, and more of them than an application takes.
import {
  SMALL,
  says,
  run,
  deep,
  isOk,
  prepare,
  joined,
  refusedTo,
  tellsNothing,
  ownThread,
} from '../agent-attacks.mjs';

const INPUTS = {
  'more bytes than may be': says('x'.repeat(5_000)),
  'deeper than may be': deep(9),
  'as deep as a message may be': deep(25),
  'many keys': Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, 1])),
  'a long list': Array.from({ length: 2_500 }, () => 1),
};

/** Inputs that an agent without a schema may take; none of them leads to the secret. */
const TRICKS = {
  'a Command': { lg_name: 'Command', goto: 'vault', resume: 'x' },
  'a serialized Command': {
    lc: 1,
    type: 'constructor',
    id: ['langgraph', 'Command'],
    kwargs: { goto: 'vault' },
  },
  'a Send': { __pregel_tasks: [{ node: 'vault', args: {} }] },
  'a branch': { 'branch:to:vault': true },
  'an interrupt': { __interrupt__: [{ value: 'x' }], __resume__: 'x' },
  'a prototype': JSON.parse('{"__proto__":{"polluted":1},"messages":[]}'),
  'a constructor': JSON.parse('{"constructor":{"prototype":{"polluted":1}},"messages":[]}'),
  'a message with a prototype': says(JSON.parse('{"__proto__":{"polluted":1}}')),
  'a serialized message': {
    messages: [
      { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', '__proto__'], kwargs: {} },
    ],
  },
  'a secret of the environment': { messages: [{ lc: 1, type: 'secret', id: ['PATH'] }] },
  'no object': 'vault',
  nothing: null,
};

const POLLUTING = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
);
/** Sends starts over several connections without waiting. @returns how many were accepted */
async function flood(attacker, who, requests) {
  const connections = [];
  for (let count = 0; count < 3; count += 1) connections.push(await joined(attacker, who));
  attacker.read = '';
  for (const [index, request] of requests.entries())
    connections[index % connections.length].send('start_execution', request);
  const answers = () => attacker.read.match(/43\/streaming,\d+\[/g)?.length ?? 0;
  for (let waited = 0; waited < 500 && answers() < requests.length; waited += 1)
    await attacker.answered(/no such text/, 20);
  return attacker.read.match(/43\/streaming,\d+\[\{"ok":true/g)?.length ?? 0;
}

const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));

export const classes = [
  {
    name: 'inputs of agents',
    settings: SMALL,
    prepare,
    attacks: [
      ...Object.entries(INPUTS).map(([name, input]) =>
        refusedTo(`an input of ${name}`, () => [['start_execution', run({ input })]]),
      ),
      ...Object.entries(TRICKS).map(([name, input]) =>
        tellsNothing(`an input that is ${name}`, () => [
          ['start_execution', run({ input, follow: true })],
        ]),
      ),
      refusedTo('metadata of more bytes than may be', () => [
        ['start_execution', run({ metadata: { text: 'x'.repeat(9_000) } })],
        ['start_execution', run({ metadata: deep(40) })],
        ['start_execution', run({ metadata: [1] })],
      ]),
      refusedTo('what is not among the choices', () => [
        ['start_execution', run({ multitask: '__proto__' })],
        ['start_execution', run({ onInterrupt: 'constructor' })],
        ['start_execution', run({ threadId: '' })],
        ['start_execution', run({ threadId: 'x'.repeat(300) })],
        ['start_execution', run({ key: '\ud800' })],
        ['start_execution', run({ key: { toString: 1 } })],
        ['get_thread', { threadId: ['alice-thread'] }],
      ]),
      {
        name: 'a title and metadata that pollute',
        run: async (attacker) => {
          const { ask } = await joined(attacker);
          const threadId = ownThread();
          await ask('start_execution', run({ threadId, metadata: POLLUTING }));
          await ask('update_thread', { threadId, title: '__proto__', metadata: POLLUTING });
          await ask('start_execution', run({ threadId, follow: true }));
          await attacker.answered(/"type":"workflow:end"/, 1_000);
          return isOk(await ask('update_thread', { threadId, title: 'x'.repeat(300) }));
        },
      },
    ],
  },
  {
    name: 'floods of starts',
    settings: { agents: { maxStarts: 15, maxRunsPerPrincipal: 4, maxQueuedPerThread: 2 } },
    prepare,
    isSerial: true,
    attacks: [
      {
        name: 'more than may begin',
        run: async (attacker) =>
          (await flood(
            attacker,
            'flood-1',
            many(140, () => run()),
          )) > 15,
      },
      {
        name: 'more than may run at a time',
        run: async (attacker) =>
          (await flood(
            attacker,
            'flood-2',
            many(14, () => run({ input: says('hold') })),
          )) > 4,
      },
      {
        name: 'more than may wait in a thread',
        run: async (attacker) => {
          const one = run({ threadId: 'flood-3', input: says('hold') });
          return (
            (await flood(
              attacker,
              'flood-3',
              many(12, () => one),
            )) > 3
          );
        },
      },
      {
        name: 'one key, many times',
        run: async (attacker) => {
          await flood(
            attacker,
            'flood-4',
            many(14, () => run({ key: 'k' })),
          );
          return (attacker.read.match(/"created":true/g)?.length ?? 0) !== 1;
        },
      },
    ],
  },
  {
    name: 'many threads',
    settings: {
      maxMessages: 10_000,
      agents: {
        maxStarts: 10_000,
        maxRunsPerPrincipal: 1_000,
        maxThreads: 300,
        maxThreadsPerPrincipal: 100,
      },
    },
    prepare,
    isSerial: true,
    attacks: [
      {
        name: 'hundreds more than may be, by one principal, with as much metadata as may be',
        run: async (attacker) => {
          const victim = await joined(attacker, 'victim');
          await victim.ask('start_execution', run({ threadId: 'of the victim' }));
          const { ask, send } = await joined(attacker, 'hoarder');
          const metadata = { text: 'x'.repeat(8_000) };
          for (let count = 0; count < 600; count += 1) {
            send('start_execution', run({ threadId: `hoard-${count}`, metadata }));
            // The answer comes after those before it.
            if (count % 4 === 3) await ask('ping');
            attacker.read = '';
          }
          let kept = 0;
          for (let cursor, page = 0; page < 10; page += 1) {
            attacker.read = '';
            await ask('list_threads', { limit: 100, ...(cursor && { cursor }) });
            kept += new Set(attacker.read.match(/"threadId":"hoard-\d+"/g)).size;
            [, cursor] = /"cursor":"([^"]+)"/.exec(attacker.read) ?? [];
            if (!cursor) break;
          }
          attacker.read = '';
          const isVictimServed = isOk(
            await victim.ask('get_thread', { threadId: 'of the victim' }),
          );
          return kept > 110 || kept === 0 || !isVictimServed;
        },
      },
    ],
  },
  {
    name: 'starts while threads are deleted',
    settings: { agents: { maxStarts: 10_000 } },
    prepare,
    isSerial: true,
    attacks: many(8, (index) => ({
      name: `a thread that is started and deleted at once, ${index + 1}`,
      run: async (attacker) => {
        const { ask, send } = await joined(attacker);
        const threadId = ownThread();
        for (let round = 0; round < 5; round += 1) {
          const [multitask] = ['enqueue', 'interrupt', 'rollback'].slice(round % 3);
          send('start_execution', run({ threadId, multitask }));
          send('delete_thread', { threadId });
          send('start_execution', run({ threadId, multitask }));
          await ask('delete_thread', { threadId });
        }
        await ask('delete_thread', { threadId });
        if (isOk(await ask('get_thread', { threadId }))) return true;
        attacker.read = '';
        await ask('list_threads', {});
        return attacker.read.includes(threadId);
      },
    })),
  },
];
