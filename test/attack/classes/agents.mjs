// Agents and threads of others: their ids, keys and checkpoints, and answers by those who may only watch.
import {
  SMALL,
  says,
  run,
  isOk,
  known,
  prepare,
  joined,
  refusedTo,
  tellsNothing,
  ownThread,
} from '../agent-attacks.mjs';
import { PROTOTYPE_NAMES } from '../prototype-names.mjs';

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

const POLLUTING = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
);
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
          const threadId = ownThread();
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
          const threadId = ownThread();
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
];
