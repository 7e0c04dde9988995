// One instance of the application, in a process of its own. Its parent tells it what to do by messages:
// `{ id, name, args }`, answered with `{ id, value }` or `{ id, error }`.
const settings = JSON.parse(process.argv[2] ?? '{}');
const { redis, prefix, gateway, clockSkewMs = 0, drainMs = 5_000 } = settings;

const now = Date.now.bind(Date);
Date.now = () => now() + clockSkewMs;

await import('reflect-metadata');
const { setTimeout: sleep } = await import('node:timers/promises');
const { Module } = await import('@nestjs/common');
const { NestFactory } = await import('@nestjs/core');
const { createClient } = await import('redis');
const {
  CustomStrategy,
  GatewayAuthenticationService,
  StreamingAgent,
  StreamingModule,
  StreamingService,
  ThreadService,
  TicketStrategy,
  WebSocketBridgeService,
} = await import('../../../dist/esm/index.js');
const { redisBackend } = await import('../../../dist/esm/cluster/redis/index.js');
const { STREAMING_BACKEND } = await import('../../../dist/esm/entries/log.js');
const { executionChannel } = await import('../../../dist/esm/protocol/channel.js');
const { ResumableSources } = await import('../../../dist/esm/executions/resumable-sources.js');
const { ACKNOWLEDGMENT_REQUESTER } = await import('../../../dist/esm/decorators/acknowledgment.js');

const tickets = new TicketStrategy();
const byToken = new CustomStrategy(({ token }) =>
  token ? { id: token, scopes: [], claims: {} } : undefined,
);

/** Streams the words of a run, or asks a question and says the answer. */
class ChatAgent {
  source(input, { resume }) {
    // The instance that goes on with an answer has no input.
    const { question, ...run } = input ?? {};
    if (!resume && question === undefined) return words(run);
    const source = asking({ question });
    return resume ? { run: (context) => source.resume(context, resume) } : source;
  }
}
StreamingAgent('chat')(ChatAgent);

class App {}
Module({
  providers: [ChatAgent],
  imports: [
    StreamingModule.forRoot({
      backend: redisBackend({ client: createClient({ url: redis }), prefix }),
      executions: { drainMs },
      ...(gateway
        ? { gateway: { authentication: { strategies: [byToken, tickets] }, rooms: ['shared'] } }
        : {}),
    }),
  ],
})(App);
const app = await NestFactory.create(App, { logger: ['fatal'] });
app.enableShutdownHooks();
await app.listen(gateway?.port ?? 0, '127.0.0.1');

const streaming = app.get(StreamingService);
const authentication = app.get(GatewayAuthenticationService);
const threads = app.get(ThreadService);
const bridge = app.get(WebSocketBridgeService);
const acknowledgments = app.get(ACKNOWLEDGMENT_REQUESTER);
// Without a gateway nobody else tells where tickets wait.
const issuer = gateway
  ? tickets
  : new TicketStrategy({ store: app.get(STREAMING_BACKEND).tickets });
/** Sources that work now. */
const working = new Set();
let works = 0;

/** Streams the words of a run, one at a time. */
const words = ({ count, everyMs, name }) =>
  async function run(context) {
    const of = name ?? context.executionId;
    works += 1;
    working.add(context.executionId);
    try {
      for (let index = 0; index < count && !context.signal.aborted; index += 1) {
        context.token(`${of}:${index} `);
        if (everyMs > 0) await sleep(everyMs);
        await context.ready();
      }
    } finally {
      working.delete(context.executionId);
    }
  };

/** Says something, asks a question, and says the answer. */
const asking = ({ question }) => ({
  run: async (context) => {
    context.token('before ');
    return { state: 'interrupted', interrupts: [{ id: 'q', value: question }] };
  },
  resume: async (context, { value }) => {
    works += 1;
    context.token(`answer ${value}`);
    return { state: 'completed' };
  },
});
app.get(ResumableSources).register('asking', asking);

const COMMANDS = {
  start: async ({ executionId, count, everyMs, onExists, owner }) => {
    await streaming.start(words({ count, everyMs }), { executionId, onExists, owner });
  },
  ask: async ({ executionId, owner }) => {
    const input = { question: 'Go on?' };
    const resumable = { name: 'asking', input };
    await streaming.start(asking(input), { executionId, owner, resumable });
  },
  run: ({ threadId, input }) =>
    threads.start({ agent: 'chat', threadId, input }, { id: 'ada', scopes: [], claims: {} }),
  reserve: ({ executionId, ...options }) => streaming.reserve(executionId, options),
  cancel: ({ executionId }) => streaming.cancel(executionId, 'enough'),
  respond: ({ executionId, value }) => streaming.respond(executionId, { interruptId: 'q', value }),
  status: ({ executionId }) => streaming.status(executionId),
  revoke: ({ id, refuseForMs }) => authentication.revoke({ id }, { refuseForMs }),
  send: ({ clientId, data }) => bridge.sendToClient(clientId, { type: 'events', data }),
  acknowledge: ({ executionId, timeoutMs }) =>
    acknowledgments.requestAcknowledgments(executionChannel(executionId), { timeoutMs }),
  ticket: async ({ id }) => (await issuer.issue({ id, scopes: [], claims: {} })).ticket,
  /** Publishes numbers to a room, without waiting for one before the next. Answers what was accepted. */
  publish: async ({ roomId, name, count, everyMs }) => {
    const texts = Array.from({ length: count }, (_, index) => `${name}:${index}`);
    const published = [];
    for (const text of texts) {
      published.push(streaming.publish(roomId, 'events', { text }));
      await sleep(everyMs);
    }
    const outcomes = await Promise.allSettled(published);
    return texts.filter((_, index) => outcomes[index].status === 'fulfilled');
  },
  /** Keeps the event loop busy. */
  block: ({ ms }) => {
    for (const end = performance.now() + ms; performance.now() < end;);
  },
  works: () => works,
  working: () => [...working],
  /** Works on the jobs of a queue. The first attempt of a job may fail half-way. */
  queue: async ({ name }) => {
    const { Worker } = await import('bullmq');
    const { port } = new URL(redis);
    const process = async (job) => {
      const { count, failsAt } = job.data;
      const isFirst = job.attemptsMade === 0;
      const source = async (context) => {
        await words({ count: isFirst ? (failsAt ?? count) : count, everyMs: 1 })(context);
        if (isFirst && failsAt !== undefined) throw new Error('The first attempt fails.');
      };
      const onExists = isFirst ? 'adopt' : 'replace';
      await (
        await streaming.start(source, { executionId: job.id, onExists })
      ).done;
    };
    const worker = new Worker(name, process, { connection: { host: '127.0.0.1', port } });
    worker.on('error', () => undefined);
  },
};

async function answer({ id, name, args }) {
  try {
    process.send({ id, value: await COMMANDS[name](args) });
  } catch (error) {
    process.send({ id, error: { code: error.code, message: String(error.message ?? error) } });
  }
}

process.on('message', (message) => void answer(message));
// Its parent is gone.
process.on('disconnect', () => process.exit(1));
process.send({ ready: true, port: app.getHttpServer().address()?.port });
