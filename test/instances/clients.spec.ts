import { expect, it } from '@jest/globals';
import { CustomStrategy, WebSocketBridgeService } from '../../src/index.js';
import {
  ACKNOWLEDGMENT_REQUESTER,
  type AcknowledgmentRequester,
} from '../../src/decorators/acknowledgment.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { manualRun } from '../support/manual-run.js';
import { connects, Inbox, outcomeOf } from '../support/plain-client.js';
import { describeInstances, startTwo } from './support/backends.js';
import { by, connected } from './support/viewers.js';

const owner = { principalId: 'ada' };

describeInstances('clients of another instance', (instances) => {
  it('are sent an update', async () => {
    const [one, other] = await startTwo(instances());
    const client = await connected(other);
    const inbox = new Inbox(client);
    const bridge = one.app.get(WebSocketBridgeService);
    const update = { type: 'events', data: 'for you' } as const;
    expect(await bridge.sendToClient(client.id ?? '', update)).toBe(true);
    await inbox.until((updates) => updates.length === 1);
    expect(inbox.brief).toEqual([['events', 'for you']]);
    expect(await bridge.sendToClient('nobody', update)).toBe(false);
  });

  it('are asked whether they have all of an execution', async () => {
    const [one, other] = await startTwo(instances());
    const { executionId, finish } = await manualRun(one, { owner });
    const clients = [await connected(one), await connected(other), await connected(other)];
    for (const client of clients) await client.emitWithAck('subscribe_execution', { executionId });
    for (const client of clients.slice(0, 2))
      client.on('acknowledgment_request', (_request, acknowledge) => acknowledge());
    const requester = one.app.get<AcknowledgmentRequester>(ACKNOWLEDGMENT_REQUESTER);
    const channel = executionChannel(executionId);
    const answers = await requester.requestAcknowledgments(channel, { timeoutMs: 200 });
    const idsOf = (asked: readonly { readonly clientId: string }[]): unknown[] =>
      asked.map(({ clientId }) => clientId);
    expect(idsOf(answers.acknowledged)).toEqual(clients.slice(0, 2).map(({ id }) => id));
    expect(idsOf(answers.missing)).toEqual([clients[2]?.id]);
    await finish();
  });

  it('count together, as connections of one principal', async () => {
    const [one, other] = await startTwo(instances(), () => ({
      gateway: { ...by().gateway, maxConnectionsPerPrincipal: 2 },
    }));
    const first = await connected(one);
    await connected(other);
    const third = other.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await outcomeOf(third)).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
    await connected(other, 'eve');
    first.disconnect();
    for (;;) {
      const again = one.connect({ auth: { token: 'ada' }, reconnection: false });
      if (await connects(again)) break;
    }
  });

  it('count together, as failed authentications of one address', async () => {
    const [one, other] = await startTwo(instances(), () => ({
      gateway: {
        authentication: { strategies: [new CustomStrategy(() => undefined)] },
        rateLimit: { maxFailedAuthentications: 2 },
      },
    }));
    const outcomes = [];
    for (const app of [one, other, one, other]) {
      const client = app.connect({ auth: { token: 'wrong' }, reconnection: false });
      outcomes.push(await outcomeOf(client));
    }
    expect(outcomes).toMatchObject([
      { code: 'AUTHENTICATION_FAILED' },
      { code: 'AUTHENTICATION_FAILED' },
      { code: 'RATE_LIMITED' },
      { code: 'RATE_LIMITED' },
    ]);
  });
});
