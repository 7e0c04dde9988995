import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope, type ModuleMetadata } from '@nestjs/common';
import { StreamingAgent, type Agent } from '../../../src/index.js';
import { AgentRegistry, type AgentContext } from '../../../src/entries/gateway.js';
import { Inbox, refused } from '../../support/plain-client.js';
import { startApp } from '../../support/streaming-app.js';
import { start } from '../../support/threads.js';

@Injectable()
class Greetings {
  of(name: string): string {
    return `Hello ${name}`;
  }
}

@StreamingAgent('greeter')
class Greeter implements Agent<string> {
  contexts: AgentContext[] = [];

  constructor(private readonly greetings: Greetings) {}

  async *source(input: string, context: AgentContext) {
    this.contexts.push(context);
    yield this.greetings.of(input);
  }
}

@Module({ providers: [Greeter, Greetings] })
class GreeterModule {}

const boot = (metadata: ModuleMetadata) => startApp({ gateway: {} }, metadata);

describe('an agent', () => {
  it('is found in any module, with what it has injected', async () => {
    const { app, connect } = await boot({ imports: [GreeterModule] });
    const client = connect();
    const inbox = new Inbox(client);
    const { executionId, threadId } = await start(client, {
      agent: 'greeter',
      input: 'Ada',
      metadata: { page: 1 },
      follow: true,
    });
    await inbox.ended(executionId);
    expect(inbox.text).toBe('Hello Ada');
    expect(app.get(AgentRegistry).names).toEqual(['greeter']);
    expect(app.get(Greeter, { strict: false }).contexts).toEqual([
      {
        executionId,
        threadId,
        principal: expect.objectContaining({ id: 'anonymous' }),
        signal: expect.any(AbortSignal),
        metadata: { page: 1 },
        emit: expect.any(Function),
        token: expect.any(Function),
        progress: expect.any(Function),
        publish: expect.any(Function),
      },
    ]);
  });

  it.each(['other', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'that nobody has declared is not found: %s',
    async (agent) => {
      const client = (await boot({ imports: [GreeterModule] })).connect();
      const answer = await client.emitWithAck('start_execution', { agent, input: 'Ada' });
      expect(refused(answer)).toBe('AGENT_NOT_FOUND');
    },
  );

  it('needs a name of its own', async () => {
    @StreamingAgent('greeter')
    class Other extends Greeter {}
    await expect(boot({ imports: [GreeterModule], providers: [Other, Greetings] })).rejects.toThrow(
      /Two agents have the name "greeter": \w+ and \w+/,
    );
  });

  it('is not taken from the class that it extends', async () => {
    class Undecorated extends Greeter {}
    const { app } = await boot({ providers: [Undecorated, Greetings] });
    expect(app.get(AgentRegistry).names).toEqual([]);
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('must be a singleton (scope %s)', async (scope) => {
    @StreamingAgent('scoped')
    @Injectable({ scope })
    class Scoped implements Agent {
      source() {
        return [];
      }
    }
    await expect(boot({ providers: [Scoped] })).rejects.toThrow(
      /The agent "scoped" \(Scoped\) is not a singleton/,
    );
  });

  it('must inject singletons alone', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @StreamingAgent('deep')
    class Deep implements Agent {
      constructor(readonly injected: PerRequest) {}
      source() {
        return [];
      }
    }
    await expect(boot({ providers: [Deep, PerRequest] })).rejects.toThrow(
      /The agent "deep" \(Deep\) is not a singleton/,
    );
  });
});
