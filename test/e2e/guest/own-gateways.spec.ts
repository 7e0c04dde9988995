import { describe, expect, it } from '@jest/globals';
import type { GatewayMetadata } from '@nestjs/websockets';
import { StreamingModule, type WebSocketGatewayOptions } from '../../../src/index.js';
import { freePort } from '../../support/free-port.js';
import { startAppOf, type StreamingApp } from '../../support/streaming-app.js';
import { chatModule, echoOf, FRAMEWORKS, ORDERS, readRun } from './own-gateways.js';

const TRANSPORTS = ['websocket', 'polling'] as const;

/** Kinds of own gateways: their options, and where their clients connect. */
const KINDS: Record<string, { options?: GatewayMetadata; namespace: string; path?: string }> = {
  'at the root': { namespace: '/' },
  'in a namespace': { options: { namespace: 'chat' }, namespace: '/chat' },
  'in a namespace that matches a pattern': {
    options: { namespace: /^\/chat-\d+$/ },
    namespace: '/chat-7',
  },
  'with the path of the library': {
    options: { path: '/socket.io', namespace: 'chat' },
    namespace: '/chat',
  },
  'with its path and a slash at the end': { options: { path: '/socket.io/' }, namespace: '/' },
  'in the namespace of the library': {
    options: { namespace: 'streaming' },
    namespace: '/streaming',
  },
  'on a path of its own': {
    options: { path: '/chat.io', namespace: 'chat' },
    namespace: '/chat',
    path: '/chat.io',
  },
};

type Order = (typeof ORDERS)[number];

async function startGuest(
  order: Order,
  own: unknown,
  gateway: WebSocketGatewayOptions,
  framework: keyof typeof FRAMEWORKS = 'express',
): Promise<StreamingApp> {
  const imports = [own, StreamingModule.forRoot({ gateway })] as never[];
  return startAppOf(
    { imports: order === 'the library first' ? imports.toReversed() : imports },
    { httpAdapter: FRAMEWORKS[framework]() },
  );
}

describe.each(Object.keys(FRAMEWORKS) as (keyof typeof FRAMEWORKS)[])('on %s', (framework) => {
  describe.each(ORDERS)('with %s', (order) => {
    describe.each(TRANSPORTS)('over %s', (transport) => {
      it.each(Object.keys(KINDS))('a gateway of the application works %s', async (kind) => {
        const { options, namespace, path } = KINDS[kind] ?? { namespace: '/' };
        const app = await startGuest(order, chatModule(options), {}, framework);
        const transports = [transport];
        const chat = app.connect({ namespace, transports, ...(path && { path }) });
        expect(await echoOf(chat)).toEqual({ echo: 'hello' });
        expect(await readRun(app, app.connect({ transports }))).toEqual(['a', 'b', 'c']);
      });
    });
  });
});

describe.each(ORDERS)('several gateways of the application, with %s', (order) => {
  const ROOT: [string, GatewayMetadata | undefined] = ['/', undefined];
  const CHAT: [string, GatewayMetadata | undefined] = ['/chat', { namespace: 'chat' }];

  it.each([[ROOT, CHAT] as const, [CHAT, ROOT] as const])(
    'keep their namespaces: %j and %j',
    async (...gateways) => {
      const own = {
        module: class OwnGateways {},
        imports: gateways.map(([, options]) => chatModule(options)),
      };
      const app = await startGuest(order, own, {});
      for (const [namespace] of gateways)
        expect(await echoOf(app.connect({ namespace }))).toEqual({ echo: 'hello' });
      expect(await readRun(app, app.connect())).toEqual(['a', 'b', 'c']);
    },
  );
});

describe.each(ORDERS)('a gateway on a port of its own, with %s', (order) => {
  it.each(['of its own alone', 'with the library'])('works %s', async (which) => {
    const port = await freePort();
    const shares = which === 'with the library';
    const own = chatModule({ namespace: 'chat' }, port);
    const app = await startGuest(order, own, shares ? { port, path: '/socket.io' } : {});
    const url = `http://localhost:${port}`;
    expect(await echoOf(app.connect({ url, namespace: '/chat' }))).toEqual({ echo: 'hello' });
    const viewer = app.connect(shares ? { url } : {});
    expect(await readRun(app, viewer)).toEqual(['a', 'b', 'c']);
  });
});

describe.each(ORDERS)('what cannot work fails the boot and names both, with %s', (order) => {
  it.each<[string, GatewayMetadata, number | undefined, WebSocketGatewayOptions, RegExp]>([
    [
      'a path below that of the library',
      { path: '/socket.io/chat' },
      undefined,
      {},
      /StreamingWebSocketGateway \(path \/socket\.io\) and ChatGateway \(path \/socket\.io\/chat\) .*Give both the same path/,
    ],
    [
      'a path above it',
      { path: '/' },
      undefined,
      {},
      /StreamingWebSocketGateway .* and ChatGateway \(path \/\) .*Give both the same path/,
    ],
    [
      'one port and two paths',
      { path: '/chat' },
      4999,
      { port: 4999 },
      /both listen on port 4999, which can have only one path\. Give both the same path/,
    ],
  ])('%s', async (_, options, port, gateway, message) => {
    await expect(startGuest(order, chatModule(options, port), gateway)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(message),
    });
  });
});
