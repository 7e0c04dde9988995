import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { Test } from '@nestjs/testing';
import { createElement, type ReactNode } from 'react';
import { create, type ReactTestRenderer } from 'react-test-renderer';
import type { StreamingClient, Subscription, ThreadView } from '../../src/client/index.js';
import { StreamingProvider } from '../../src/client/react/index.js';
import {
  type Agent,
  CustomStrategy,
  StreamingError,
  StreamingGateway,
  StreamingModule,
  StreamingService,
  StreamingWebSocketGateway,
} from '../../src/index.js';
import { type GatewaySocket } from '../../src/entries/gateway.js';
import { Deferred } from '../support/deferred.js';
import { runFragment } from '../support/run-snippets.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { openPage, Renders, showElement } from './react/rendered.js';
import { GENERATED, loadGenerated } from './support/load-generated.js';

/** What the generators make: a client, and a hook over it. */
interface GeneratedClient {
  createChatClient(options: {
    readonly url: string;
    readonly token: () => string | Promise<string>;
  }): StreamingClient;
  startChat(client: StreamingClient, text: string): Promise<Subscription>;
}

interface View {
  readonly text: string;
  readonly streaming: boolean;
  readonly error?: unknown;
  readonly start: (message: string) => Promise<void>;
}

/** An answer whose words the test gives. */
class Answer {
  readonly #events = new EventTarget();
  readonly #words: (string | undefined)[] = [];

  say(word: string | undefined): void {
    this.#words.push(word);
    this.#events.dispatchEvent(new Event('word'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      if (this.#words.length === 0) await once(this.#events, 'word');
      const word = this.#words.shift();
      if (word === undefined) return;
      yield word;
    }
  }
}

const answers = new Map<string, Answer>();
function answerTo(question: string): Answer {
  const answer = answers.get(question) ?? new Answer();
  answers.set(question, answer);
  return answer;
}

@StreamingGateway({ namespace: '/chat' })
class ChatGateway extends StreamingWebSocketGateway {
  constructor(private readonly streaming: StreamingService) {
    super();
  }

  @SubscribeMessage('chat_start')
  start(
    @MessageBody() { text }: { text: string },
    @ConnectedSocket() socket: GatewaySocket,
  ): { executionId: string } {
    if (text === '') throw new StreamingError('INVALID_PAYLOAD', 'Send { text }.');
    const owner = { principalId: socket.data.principal.id };
    const { executionId } = this.streaming.run(() => answerTo(text), { owner });
    return { executionId };
  }
}

describe.each(['nest-12-esm/client/src', 'javascript/client/src'])('%s:', (folder) => {
  const extension = folder.startsWith('javascript') ? 'js' : 'ts';
  const { createChatClient, startChat } = loadGenerated(
    join(GENERATED, folder, `chat.client.${extension}`),
  ) as GeneratedClient;
  const { useChat } = loadGenerated(join(GENERATED, folder, `use-chat.${extension}`)) as {
    useChat: () => View;
  };
  let app: INestApplication;
  let url: string;
  let client: StreamingClient;
  let followed: Subscription[];

  beforeEach(async () => {
    answers.clear();
    const strategy = new CustomStrategy(({ token }) =>
      token === 'ada' ? { id: token, scopes: [], claims: {} } : undefined,
    );
    const module = await Test.createTestingModule({
      imports: [
        StreamingModule.forRoot({ gateway: { authentication: { strategies: [strategy] } } }),
      ],
      providers: [ChatGateway],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    client = createChatClient({ url, token: () => Promise.resolve('ada') });
    followed = [];
    const execution = client.execution.bind(client);
    client.execution = (...args) => {
      const subscription = execution(...args);
      followed.push(subscription);
      return subscription;
    };
  });
  afterEach(async () => {
    client.close();
    await app.close();
  });

  describe('the client', () => {
    it('asks and follows', async () => {
      const answer = await startChat(client, 'Hello');
      answerTo('Hello').say('Hi.');
      answerTo('Hello').say(undefined);
      expect(await answer.finalText()).toBe('Hi.');
    });

    it('tells why a question was refused', async () => {
      await expect(startChat(client, '')).rejects.toMatchObject({
        code: 'INVALID_PAYLOAD',
        message: 'Send { text }.',
      });
    });

    it('tells at once that a token is bad', async () => {
      const stranger = createChatClient({ url, token: () => 'nobody' });
      await expect(startChat(stranger, 'Hello')).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
      });
      stranger.close();
    });

    it('asks for the token again when it could not be had', async () => {
      const tokens = [Promise.reject(new Error('no session')), Promise.resolve('ada')];
      const retrying = createChatClient({ url, token: () => tokens.shift() ?? 'ada' });
      const answer = await startChat(retrying, 'Hello');
      expect(answer.id).toMatch(/./);
      retrying.close();
    });
  });

  describe('the hook', () => {
    let view: View;
    let renderer: ReactTestRenderer;
    const views: View[] = [];

    function Page(): null {
      view = useChat();
      views.push(view);
      return null;
    }

    beforeEach(async () => {
      // That this renderer has no page is what its deprecation is about.
      jest.spyOn(console, 'error').mockImplementation(() => undefined);
      views.length = 0;
      const page = createElement(Page);
      renderer = create(createElement(StreamingProvider, { client, releaseDelayMs: 0 }, page));
      await shown(() => true);
    });
    afterEach(() => {
      renderer.unmount();
      jest.restoreAllMocks();
    });

    /** Waits until the page shows something. */
    async function shown(what: (view: View) => boolean): Promise<void> {
      while (views.length === 0 || !what(view))
        await new Promise((resolve) => setImmediate(resolve));
    }

    it('shows an answer while it grows', async () => {
      void view.start('Hello');
      await shown(({ streaming }) => streaming);
      answerTo('Hello').say('One ');
      await shown(({ text }) => text === 'One ');
      expect(view.streaming).toBe(true);
      answerTo('Hello').say('two.');
      answerTo('Hello').say(undefined);
      await shown(({ streaming }) => !streaming);
      expect(view).toMatchObject({ text: 'One two.', streaming: false });
      expect(view.error).toBeUndefined();
    });

    it('shows the second answer alone when it is asked again meanwhile', async () => {
      void view.start('first');
      answerTo('first').say('old ');
      await shown(({ text }) => text === 'old ');
      void view.start('second');
      await shown(({ text }) => text === '');
      answerTo('second').say('new');
      await shown(({ text }) => text === 'new');
      expect(view).toMatchObject({ streaming: true });
      expect(view.error).toBeUndefined();
      await expect(followed[0]?.done).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
      answerTo('first').say('late');
      answerTo('second').say(undefined);
      await shown(({ streaming }) => !streaming);
      expect(view).toMatchObject({ text: 'new', streaming: false });
      expect(views.some(({ error }) => error !== undefined)).toBe(false);
    });

    it('counts the last of two questions that are asked at once', async () => {
      void view.start('first');
      void view.start('second');
      for (const [question, word] of [
        ['first', 'old'],
        ['second', 'new'],
      ] as const) {
        answerTo(question).say(word);
        answerTo(question).say(undefined);
      }
      await shown(({ text, streaming }) => text !== '' && !streaming);
      expect(view).toMatchObject({ text: 'new', streaming: false });
      expect(views.some(({ text }) => text === 'old')).toBe(false);
    });

    it('follows nothing any more once the page is gone', async () => {
      void view.start('Hello');
      answerTo('Hello').say('One ');
      await shown(({ text }) => text === 'One ');
      renderer.unmount();
      await expect(followed[0]?.done).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
      expect(followed).toHaveLength(1);
    });

    it('follows nothing when the page goes while the question is on its way', async () => {
      const started = view.start('Hello');
      renderer.unmount();
      await started;
      expect(followed).toEqual([]);
      const count = views.length;
      answerTo('Hello').say('late');
      expect(views).toHaveLength(count);
    });

    it('shows why a question was refused', async () => {
      await view.start('');
      await shown(({ streaming }) => !streaming);
      expect(view).toMatchObject({ streaming: false, error: { code: 'INVALID_PAYLOAD' } });
    });
  });
});

const anybody = new CustomStrategy(({ token = '' }) => ({ id: token, scopes: [], claims: {} }));

describe.each(['nest-12-esm', 'javascript'])('the hook of an agent, generated in %s', (folder) => {
  const extension = folder === 'javascript' ? 'js' : 'ts';
  const load = (file: string): object =>
    loadGenerated(join(GENERATED, folder, `${file}.${extension}`));
  const { SupportAgent } = load('src/support/support.agent') as {
    SupportAgent: new () => Agent;
  };
  const { createSupportClient } = load('client/src/support.client') as {
    createSupportClient: GeneratedClient['createChatClient'];
  };
  const { useSupport } = load('client/src/use-support') as {
    useSupport: (id?: string) => ThreadView & { readonly say: (text: string) => Promise<object> };
  };

  it('renders what the user says and what the agent answers', async () => {
    const { app, url } = await startApp(
      { gateway: { authentication: { strategies: [anybody] } } },
      { providers: [SupportAgent] },
    );
    expect(app.get(SupportAgent)).toBeDefined();
    const client = createSupportClient({ url, token: () => 'ada' });
    onTestEnd(() => client.close());
    const page = new Renders(() => useSupport());
    openPage(client).show(createElement(page.component));
    const { say } = await page.until(() => true);
    // By then the page is shown, and a user can say something.
    await client.status();
    await say('Does it work?');
    const { messages } = await page.until(({ runs }) => runs.at(-1)?.endedAt !== undefined);
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Does it work?'],
      ['assistant', 'Streaming works, letter by letter.'],
    ]);
  });

  it('is shown by the page about schematics below a provider', async () => {
    const { url } = await startApp(
      { gateway: { authentication: { strategies: [anybody] } } },
      { providers: [SupportAgent] },
    );
    const page = new Renders(() => useSupport('conversation-1'));
    const connected = new Deferred<StreamingClient>();
    const element = await runFragment<ReactNode>(
      'docs/schematics.md',
      'nest g streaming-client <name>',
      {
        StreamingProvider,
        Support: page.component,
        token: () => 'ada',
        createSupportClient: ({ token }: { token: () => string }) => {
          const client = createSupportClient({ url, token });
          connected.resolve(client);
          return client;
        },
      },
      { isExpression: true },
    );
    showElement(element);
    const { say } = await page.until(() => true);
    await (await connected.promise).status();
    await say('Hello?');
    const { messages } = await page.until(({ runs }) => runs.at(-1)?.endedAt !== undefined);
    expect(messages.map(({ content }) => content)).toEqual([
      'Hello?',
      'Streaming works, letter by letter.',
    ]);
  });
});
