/** Rooms of which the package publishes something. */
const PUBLISHED = [
  'errors',
  'log',
  'access',
  'cluster',
  'options',
  'executions',
  'sources',
  'agents',
  'threads',
  'delivery',
  'bridge',
  'gateway',
  'transports',
  'decorators',
  'legacy',
];

/**
 * Which rooms of `src/` a room may import, one way. Every folder and every file at the root of `src/`
 * has its line; lint holds the table (`oxlint.config.mjs`), a test holds it against the folders and
 * against CONTRIBUTING.md. `common` and `protocol` may be imported everywhere but in each other.
 */
export const ROOMS = {
  common: [],
  protocol: [],
  client: [],
  errors: [],
  log: ['errors'],
  access: ['errors'],
  cluster: ['errors', 'log', 'access', 'delivery'],
  options: ['errors', 'log', 'access', 'cluster'],
  executions: ['errors', 'log', 'options', 'cluster'],
  sources: ['errors', 'access', 'executions'],
  agents: ['errors', 'sources'],
  threads: [
    'errors',
    'log',
    'access',
    'options',
    'cluster',
    'executions',
    'sources',
    'agents',
    'streaming.service',
  ],
  delivery: ['errors', 'log'],
  bridge: ['errors', 'log', 'access', 'options', 'delivery', 'cluster'],
  gateway: [
    'errors',
    'log',
    'access',
    'options',
    'executions',
    'delivery',
    'bridge',
    'agents',
    'threads',
  ],
  transports: ['errors', 'log', 'access', 'options', 'delivery', 'gateway'],
  decorators: ['errors', 'log', 'options', 'executions', 'sources'],
  legacy: ['access'],
  testing: ['log', 'client', 'sources'],
  'streaming.service': ['errors', 'log', 'options', 'executions', 'sources'],
  'streaming-lifecycle': ['access', 'cluster', 'options', 'executions', 'delivery', 'bridge'],
  'streaming-boot-log': ['agents', 'cluster', 'gateway', 'options'],
  'streaming-gateways': [
    'errors',
    'log',
    'access',
    'cluster',
    'options',
    'executions',
    'threads',
    'delivery',
    'bridge',
    'gateway',
    'transports',
    'streaming.service',
  ],
  'streaming.module': [
    'errors',
    'log',
    'access',
    'cluster',
    'options',
    'executions',
    'agents',
    'threads',
    'bridge',
    'gateway',
    'transports',
    'decorators',
    'legacy',
    'streaming.service',
    'streaming-boot-log',
    'streaming-gateways',
    'streaming-lifecycle',
  ],
  entries: [...PUBLISHED, 'streaming.module'],
  index: [...PUBLISHED, 'streaming.service', 'streaming.module'],
};

/** Rooms that run where Node and the other rooms are not. */
const ISOLATED = { common: [], protocol: [], client: ['protocol'] };

/** The packages that only one place may import, or that a place may not. */
const PACKAGES = {
  protocol: { regex: '^[^.]', message: 'The protocol runs anywhere and imports nothing.' },
  common: { regex: '^(?!node:)[^.]', message: 'Small tools import nothing but Node.' },
  client: {
    regex: '^(@|node:|rxjs|zod|socket\\.io$)',
    message: 'The client runs in browsers and imports socket.io-client and react alone.',
  },
  sources: { regex: '^@nestjs/', message: 'Sources know nothing of Nest.' },
};

const LANGCHAIN = { regex: '^@langchain/', message: 'Only sources/langgraph knows LangChain.' };

const REACT = { regex: '^react', message: 'Only client/react knows React.' };

/** Whether a name of the table is a file at the root of `src/`, which has no folder of its own. */
export const isRootFile = (room) => room === 'index' || room.startsWith('streaming');

/** What a room may import, with what every room may. */
export function allowedOf(room) {
  return ISOLATED[room] ?? ['common', 'protocol', ...ROOMS[room]];
}

/** The overrides of lint's configuration that hold the table. */
export function importRules() {
  return Object.keys(ROOMS).flatMap((room) => {
    const everywhere = overrideOf([filesOf(room)], room, [LANGCHAIN]);
    if (room === 'client') return [everywhere, overrideOf(['src/client/*.ts'], room, [REACT])];
    if (room !== 'sources') return [everywhere];
    return [
      overrideOf(['src/sources/**'], room, []),
      overrideOf(['src/sources/*.ts'], room, [LANGCHAIN]),
    ];
  });
}

function filesOf(room) {
  return isRootFile(room) ? `src/${room}.ts` : `src/${room}/**`;
}

function overrideOf(files, room, more) {
  const allowed = allowedOf(room);
  const forbidden = Object.keys(ROOMS).filter((name) => name !== room && !allowed.includes(name));
  const up = isRootFile(room) ? '\\./' : '(\\.\\./)+';
  const named = (names, end) => `^${up}(${names.map(escapeDots).join('|')})${end}`;
  const patterns = [
    named(
      forbidden.filter((name) => !isRootFile(name)),
      '/',
    ),
    named(forbidden.filter(isRootFile), '\\.js$'),
  ].map((regex) => ({
    regex,
    message: 'Arrows run one way; see the source map in CONTRIBUTING.md.',
  }));
  const packages = PACKAGES[room] ? [PACKAGES[room]] : [];
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: [...patterns, ...packages, ...more] }],
    },
  };
}

const escapeDots = (name) => name.replaceAll('.', '\\.');
