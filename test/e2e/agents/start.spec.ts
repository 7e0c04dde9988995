import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { StreamingAgent } from '../../../src/index.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { echoGraph, says } from '../../support/agents.js';
import { accepted, Inbox } from '../../support/plain-client.js';
import { startApp } from '../../support/streaming-app.js';

const graph = echoGraph();

@StreamingAgent('echo')
class EchoAgent extends LangGraphAgent<typeof graph> {
  readonly graph = graph;
  override readonly inputSchema = z.object({ messages: z.array(z.any()).max(3) });
}

describe('start_execution', () => {
  it('starts an agent, whose run is followed on the same connection', async () => {
    const app = await startApp({ gateway: {} }, { providers: [EchoAgent] });
    const client = app.connect();
    const inbox = new Inbox(client);

    const started = accepted(
      await client.emitWithAck('start_execution', {
        agent: 'echo',
        input: says('Hi'),
        follow: true,
      }),
    );
    const { executionId, threadId } = started;
    expect(started).toEqual({
      executionId: expect.any(String),
      threadId: expect.any(String),
      created: true,
      queued: false,
      subscription: expect.objectContaining({ executionId, recovered: true }),
    });
    await inbox.ended(executionId);
    expect(inbox.text).toBe('echo Hi');
    expect(inbox.brief[0]).toEqual([
      'workflow:start',
      { state: 'running', agent: 'echo', threadId, startedBy: 'anonymous' },
    ]);
  });
});
