import { describe, expect, it } from '@jest/globals';
import { ForbiddenException, UseInterceptors, type NestInterceptor } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { map, throwError } from 'rxjs';
import type { Namespace } from 'socket.io';
import { StreamingClientError } from '../../src/client/index.js';
import {
  JwtStrategy,
  StreamingError,
  StreamingGateway,
  StreamingWebSocketGateway,
  type WebSocketGatewayOptions,
} from '../../src/index.js';
import { type GatewaySocket } from '../../src/entries/gateway.js';
import { startClientApp } from './client/client-app.js';
import { SECRET, tokenOf } from './security/secure-app.js';

const shout: NestInterceptor = {
  intercept: (_context, next) =>
    next
      .handle()
      .pipe(map((answer: unknown) => (typeof answer === 'string' ? `${answer}!` : answer))),
};

/** A gateway with events of its own. */
@StreamingGateway()
@UseInterceptors(shout)
class NotesGateway extends StreamingWebSocketGateway {
  readonly notes: unknown[] = [];

  /** The namespace, for events that the protocol does not have. */
  get namespace(): Namespace {
    if (!this.server) throw new Error('The application is initialised first.');
    return this.server;
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() body: unknown): unknown {
    return body;
  }

  @SubscribeMessage('who')
  who(@ConnectedSocket() socket: GatewaySocket): unknown {
    return { who: socket.data.principal.id };
  }

  @SubscribeMessage('note')
  async note(@MessageBody() body: unknown): Promise<void> {
    this.notes.push(body);
  }

  @SubscribeMessage('fail')
  fail(@MessageBody() how: string): unknown {
    return FAILURES[how]?.();
  }

  @SubscribeMessage('shaped')
  shaped(): unknown {
    return { ok: false, reason: 'an answer of the application that is no error of the protocol' };
  }
}

/** Ways in which a handler fails. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  coded: () => {
    throw new StreamingError('LIMIT_EXCEEDED', 'No more notes today.');
  },
  nest: () => {
    throw new ForbiddenException('Not you.');
  },
  other: () => {
    throw new Error('secret insides');
  },
  text: () => {
    throw 'secret insides';
  },
  nothing: () => {
    throw undefined;
  },
  rejection: () => Promise.reject(new Error('secret insides')),
  observable: () => throwError(() => new ForbiddenException('Not you.')),
  never: () => new Promise(() => undefined),
};

const start = async (gateway: WebSocketGatewayOptions = {}) => {
  const app = await startClientApp({ gateway }, { providers: [NotesGateway] });
  return { ...app, gateway: app.app.get(NotesGateway) };
};

describe('client.request', () => {
  it.each([
    ['an object', { text: 'x', deep: [1, { a: null }] }],
    ['a number', 7],
    ['false', false],
    ['a list', [1, 2]],
  ])('resolves with what the handler returned: %s', async (_what, value) => {
    const { client } = await start();
    expect(await client().request('echo', value)).toEqual(value);
  });

  it('passes the interceptors of the gateway', async () => {
    const { client } = await start();
    expect(await client().request<string>('echo', 'Hello')).toBe('Hello!');
  });

  it('resolves when the handler returns nothing, and needs no payload', async () => {
    const { client, gateway } = await start();
    await client().request('note');
    await client().request('note', null);
    await client().request('note', 'text');
    expect(gateway.notes).toEqual([undefined, null, 'text']);
  });

  it('resolves with an answer that only looks like an error', async () => {
    const { client } = await start();
    expect(await client().request('shaped')).toMatchObject({ ok: false });
  });

  it.each([
    ['a coded error', 'coded', 'LIMIT_EXCEEDED', 'No more notes today.'],
    ['an exception of Nest', 'nest', 'FORBIDDEN', expect.any(String)],
    ['anything else', 'other', 'INTERNAL_ERROR', expect.not.stringContaining('secret')],
    ['a text', 'text', 'INTERNAL_ERROR', expect.not.stringContaining('secret')],
    ['nothing', 'nothing', 'INTERNAL_ERROR', expect.any(String)],
    ['later', 'rejection', 'INTERNAL_ERROR', expect.not.stringContaining('secret')],
    ['in an Observable', 'observable', 'FORBIDDEN', expect.any(String)],
  ])('rejects with the code of what the handler threw: %s', async (_what, how, code, message) => {
    const { client } = await start();
    const failure: unknown = await client()
      .request('fail', how)
      .catch((error: unknown) => error);
    expect(StreamingClientError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ code, message });
  });

  it('rejects when the handler never answers', async () => {
    const { client } = await start();
    const request = client({ requestTimeoutMs: 100 }).request('fail', 'never');
    await expect(request).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', retryable: true });
  });

  it('rejects an event that nobody handles', async () => {
    const { client } = await start();
    await expect(client().request('nonsense')).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
  });

  it('takes the credential and the connection of the client', async () => {
    const strategies = [new JwtStrategy({ secret: SECRET })];
    const { app, client } = await start({ authentication: { strategies } });
    const one = client({ auth: { token: await tokenOf('ada') } });
    const { connectionId } = await one.status();
    expect(await one.request('who')).toEqual({ who: 'ada' });
    const ids = app
      .get(NotesGateway)
      .getActiveConnections()
      .map(({ id }) => id);
    expect(ids).toEqual([connectionId]);
  });

  it('waits for the connection, and fails when it is lost before the answer', async () => {
    const { client, network } = await start();
    const one = client();
    expect(await one.request('echo', 1)).toBe(1);
    const lost = one.request('echo', 2);
    network.cut();
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
    expect(await one.request('echo', 3)).toBe(3);
  });
});

describe('client.onEvent', () => {
  it('hears what the application sends, over reconnects, until it is removed', async () => {
    const { client, gateway, network } = await start();
    const one = client();
    const heard: unknown[] = [];
    const remove = one.onEvent<{ text: string }>('announcement', ({ text }) => heard.push(text));
    await one.status();
    gateway.namespace.emit('announcement', { text: 'first' });
    await one.status();
    network.cut();
    await one.status().catch(() => one.status());
    gateway.namespace.emit('announcement', { text: 'second' });
    await one.status();
    remove();
    gateway.namespace.emit('announcement', { text: 'third' });
    await one.status();
    expect(heard).toEqual(['first', 'second']);
  });

  it.each([
    ['what the listener returns', (n: number) => n + 1],
    ['what it resolves with', async (n: number) => n + 1],
  ])('answers the server with %s', async (_what, listener) => {
    const { client, gateway } = await start();
    const one = client();
    one.onEvent('question', listener);
    await one.status();
    expect(await gateway.namespace.timeout(10_000).emitWithAck('question', 41)).toEqual([42]);
  });
});
