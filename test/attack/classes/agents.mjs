// Agents, threads and questions of others: their ids, keys and checkpoints, inputs that no page would send,
// answers by those who may only watch, and floods.
import { PROTOTYPE_NAMES } from '../prototype-names.mjs';
import { tokenOf } from '../attacker.mjs';

const SMALL = { agents: { maxInputBytes: 4_096, maxInputDepth: 8 } };
const says = (content) => ({ messages: [{ role: 'user', content }] });
const run = (more = {}) => ({ agent: 'chat', input: says('Hi'), ...more });
const deep = (depth) => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
const isOk = (answer) => answer?.startsWith('{"ok":true') === true;
let names = 0;

/** What only alice knows: of her thread, of the runs that are active, and of the one that may be watched. */
const known = { checkpointId: '', asks: '', holds: '', shared: '' };

async function prepare(attacker) {
  const read = async (who, threadId, field) => {
    const raw = await attacker.join(await tokenOf(who));
    attacker.read = '';
    await attacker.event(raw, 'get_thread', { threadId }, 1);
    return new RegExp(`"${field}":"([^"]+)"`).exec(attacker.read)?.[1];
  };
  known.checkpointId = await read('alice', 'alice-thread', 'checkpointId');
  known.asks = await read('alice', 'alice-asks', 'executionId');
  known.holds = await read('alice', 'alice-holds', 'executionId');
  known.shared = await read('sharer', 'shared', 'executionId');
  attacker.leave();
  const missing = Object.keys(known).filter((key) => known[key] === undefined);
  if (missing.length > 0) throw new Error(`There is nothing to attack: ${missing.join()}`);
}

/** Joins as somebody, with a name of its own by default. */
async function joined(attacker, who = `mallory-${(names += 1)}`, claims = {}) {
  attacker.read = '';
  const raw = await attacker.join(await tokenOf(who, claims));
  if (!raw) throw new Error('a good token is refused');
  let id = 0;
  return {
    raw,
    ask: (event, payload) => attacker.event(raw, event, payload, (id += 1)),
    /** Sends without waiting. */
    send: (event, payload) =>
      raw.send(`42/streaming,${(id += 1)}${JSON.stringify([event, payload])}`),
  };
}

/** Gets in if one of these is accepted, or if the secret is read. */
const refusedTo = (name, requests, { who, claims } = {}) => ({
  name,
  run: async (attacker) => {
    const { ask } = await joined(attacker, who, claims);
    for (const [event, payload] of requests()) if (isOk(await ask(event, payload))) return true;
    return false;
  },
});

/** Gets in if the secret is read: the answer may be a good one. */
const tellsNothing = (name, requests) => ({
  name,
  run: async (attacker) => {
    const { ask } = await joined(attacker);
    for (const [event, payload] of requests()) await ask(event, payload);
    await attacker.answered(/"type":"workflow:(end|error)"/, 1_000);
    return false;
  },
});

const STRANGERS = {
  'another principal': {},
  'alice of another tenant': { who: 'alice', claims: { org: 'evil' } },
  'alice in capitals': { who: 'ALICE' },
  'alice with a space': { who: 'alice ' },
  'a principal named as the key of alice': { who: '["acme","alice"]' },
};

const ON_THREAD = {
  read: (threadId) => [
    ['get_thread', { threadId }],
    ['get_thread_history', { threadId }],
    ['subscribe_thread', { threadId, from: 'start' }],
  ],
  write: (threadId) => [
    ['update_thread', { threadId, title: 'mine', metadata: { mine: true } }],
    ['update_thread', { threadId, state: { values: says('mine') } }],
    ['delete_thread', { threadId }],
  ],
  start: (threadId) =>
    ['enqueue', 'reject', 'interrupt', 'rollback'].map((multitask) => [
      'start_execution',
      run({ threadId, multitask, follow: true }),
    ]),
  fork: (threadId) => [
    ['start_execution', run({ threadId, checkpointId: known.checkpointId })],
    ['get_thread_history', { threadId, before: known.checkpointId }],
  ],
};

const onRuns = () => [
  ['cancel_execution', { executionId: known.holds, threadId: 'alice-holds' }],
  ['cancel_execution', { executionId: known.holds }],
  ['respond_interrupt', { executionId: known.asks, threadId: 'alice-asks', value: 'mine' }],
  ['respond_interrupt', { executionId: known.asks, value: 'mine' }],
  ['subscribe_execution', { executionId: known.asks, options: { from: 'start' } }],
  ['get_status', { executionId: known.asks }],
];

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
const FOREIGN_CONFIG = {
  thread_id: 'alice-thread',
  checkpoint_id: '',
  configurable: { thread_id: 'alice-thread' },
  owner: { principalId: 'alice', tenant: 'acme' },
};

const cursorOf = (value) => Buffer.from(value).toString('base64url');
const CURSORS = {
  'the thread of alice': '[9e15,"alice-thread"]',
  'a time before all': '[-1,"a"]',
  'no time': '[null,"a"]',
  'a huge time': '[1e308,"a"]',
  'an object': '{"updatedAt":1,"threadId":"alice-thread"}',
  'a prototype': '{"__proto__":[1,"a"]}',
  'a list in a list': '[[1],["a"]]',
  'a deep list': '['.repeat(90) + ']'.repeat(90),
  'an owner': '[9e15,"a",{"principalId":"alice","tenant":"acme"}]',
  'no JSON': '\u0000\ud800',
};

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
    name: 'threads of others',
    settings: SMALL,
    prepare,
    attacks: [
      ...Object.entries(STRANGERS).flatMap(([name, stranger]) => [
        ...Object.entries(ON_THREAD).map(([what, requests]) =>
          refusedTo(`${name}: ${what}`, () => requests('alice-thread'), stranger),
        ),
        refusedTo(`${name}: runs`, onRuns, stranger),
      ]),
      ...PROTOTYPE_NAMES.flatMap((id) => [
        refusedTo(`the thread ${id}`, () => [...ON_THREAD.read(id), ...ON_THREAD.write(id)]),
        refusedTo(`a start in the thread ${id}`, () => ON_THREAD.start(id)),
        refusedTo(`the agent ${id}`, () => [['start_execution', run({ agent: id })]]),
        refusedTo(`the execution ${id}`, () => [
          ['respond_interrupt', { executionId: id, threadId: id, value: 1 }],
          ['cancel_execution', { executionId: id, threadId: id }],
        ]),
      ]),
      ...Object.entries(CURSORS).map(([name, cursor]) =>
        tellsNothing(`a list that begins at ${name}`, () => [
          ['list_threads', { cursor: cursorOf(cursor) }],
          ['list_threads', { cursor, limit: 100 }],
        ]),
      ),
    ],
  },
  {
    name: 'keys and checkpoints of others',
    settings: SMALL,
    prepare,
    attacks: [
      ...['alice-thread', ...PROTOTYPE_NAMES].map((id) => ({
        name: `the key of ${id}`,
        run: async (attacker) => {
          const { ask } = await joined(attacker);
          const keys = [`key of ${id}`, id, `["acme","alice"] key of ${id}`];
          const answers = [];
          for (const key of keys) answers.push(await ask('start_execution', run({ key })));
          return answers.some((answer) => !isOk(answer) || answer.includes('"created":false'));
        },
      })),
      refusedTo('the checkpoint of alice in a thread of my own', () => [
        ['start_execution', run({ threadId: 'own-1', checkpointId: known.checkpointId })],
        ['start_execution', run({ checkpointId: known.checkpointId })],
        ['start_execution', { agent: 'chat', checkpointId: known.checkpointId }],
      ]),
      ...PROTOTYPE_NAMES.map((checkpointId) =>
        refusedTo(`the checkpoint ${checkpointId}`, () => [
          ['start_execution', run({ threadId: `own of ${checkpointId}`, checkpointId })],
        ]),
      ),
      {
        name: 'a key that is used again in another thread',
        run: async (attacker) => {
          const { ask } = await joined(attacker);
          await ask('start_execution', run({ key: 'k', threadId: 'own-2' }));
          return isOk(await ask('start_execution', run({ key: 'k', threadId: 'own-3' })));
        },
      },
      tellsNothing('a configuration of another thread as metadata', () => [
        ['start_execution', run({ metadata: FOREIGN_CONFIG, follow: true })],
      ]),
      tellsNothing('a configuration of another thread as input', () => [
        ['start_execution', run({ input: { ...says('Hi'), ...FOREIGN_CONFIG }, follow: true })],
      ]),
    ],
  },
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
          const threadId = `own-${(names += 1)}`;
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
    name: 'answers and commands',
    settings: SMALL,
    prepare,
    isSerial: true,
    attacks: [
      refusedTo('a viewer who may only watch', () => [
        ['respond_interrupt', { executionId: known.shared, threadId: 'shared', value: 'mine' }],
        ['respond_interrupt', { executionId: known.shared, value: 'mine' }],
        ['respond_interrupt', { executionId: known.shared, interruptId: 'x', value: 'mine' }],
        [
          'respond_interrupt',
          { executionId: known.shared, answers: [{ interruptId: 'x', value: 'mine' }] },
        ],
        ['respond_interrupt', { executionId: known.shared, value: 'mine', goto: 'vault' }],
        ['cancel_execution', { executionId: known.shared, threadId: 'shared' }],
        ['update_thread', { threadId: 'shared', title: 'mine' }],
        ['start_execution', run({ threadId: 'shared', multitask: 'interrupt' })],
        ['delete_thread', { threadId: 'shared' }],
      ]),
      ...Object.entries({
        goto: { goto: 'vault' },
        gotos: { goto: ['vault', '__proto__'] },
        update: { update: says('mine') },
        'a polluting update': { update: POLLUTING },
        both: { goto: 'vault', update: says('mine') },
      }).map(([name, extras]) => ({
        name: `the extras of a Command, in my own run: ${name}`,
        run: async (attacker) => {
          const { ask } = await joined(attacker);
          const threadId = `own-${(names += 1)}`;
          await ask('subscribe_thread', { threadId });
          await ask('start_execution', run({ threadId, input: says('ask') }));
          await attacker.answered(/"type":"run:interrupt"/);
          const [, executionId] = /"executionId":"([^"]+)"/.exec(attacker.read) ?? [];
          const answer = { executionId, threadId, value: 'x', ...extras };
          return isOk(await ask('respond_interrupt', answer));
        },
      })),
      {
        name: 'an edit of the state of my own thread',
        run: async (attacker) => {
          const { ask } = await joined(attacker);
          const threadId = `own-${(names += 1)}`;
          await ask('subscribe_thread', { threadId });
          await ask('start_execution', run({ threadId }));
          await attacker.answered(/"type":"run:end"/);
          const { checkpointId } = known;
          for (const more of [{}, { asNode: 'vault' }, { asNode: '__start__' }, { checkpointId }])
            if (
              isOk(await ask('update_thread', { threadId, state: { values: says('x'), ...more } }))
            )
              return true;
          return false;
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
    attacks: many(8, (index) => ({
      name: `a thread that is started and deleted at once, ${index + 1}`,
      run: async (attacker) => {
        const { ask, send } = await joined(attacker);
        const threadId = `own-${(names += 1)}`;
        for (let round = 0; round < 5; round += 1) {
          for (const multitask of ['enqueue', 'interrupt', 'rollback']) {
            send('start_execution', run({ threadId, multitask }));
            send('delete_thread', { threadId });
          }
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
