import { describe, expect, it } from '@jest/globals';
import { StreamingError } from '../../../src/index.js';
import { startChat } from '../../support/agent-app.js';
import { as, echoGraph, says } from '../../support/agents.js';
import { ask, conversation, start, ThreadInbox } from '../../support/threads.js';

const threadId = 'thread-1';

/** How the checkpointer of a graph can fail to delete a thread, and what the client is told. */
const FAILURES: [string, string, (() => Promise<void>) | undefined][] = [
  ['rejects', 'INTERNAL_ERROR', () => Promise.reject(new Error('The disk is full.'))],
  [
    'throws',
    'INTERNAL_ERROR',
    () => {
      throw new Error('The disk is full.');
    },
  ],
  [
    'refuses',
    'FORBIDDEN',
    () => Promise.reject(new StreamingError('FORBIDDEN', 'It is kept by law.')),
  ],
  ['cannot', 'UNSUPPORTED_BY_AGENT', undefined],
];

describe('a thread whose agent fails to delete it', () => {
  it.each(FAILURES)(
    'stays, if the checkpointer %s, and can be deleted later',
    async (_, code, fail) => {
      const graph = echoGraph();
      const { checkpointer } = graph as unknown as { checkpointer: { deleteThread: unknown } };
      const { deleteThread } = checkpointer;
      const app = await startChat(graph);
      const client = app.connect(as('ada'));
      const inbox = await ThreadInbox.follow(client, threadId);
      await start(client, { agent: 'chat', threadId, input: says('one') });
      await inbox.ended(1);
      checkpointer.deleteThread = fail;
      expect(await client.emitWithAck('delete_thread', { threadId })).toMatchObject({
        ok: false,
        error: { code },
      });
      await start(client, { agent: 'chat', threadId, input: says('two') });
      await inbox.ended(2);
      expect((await conversation(client, threadId)).length).toBe(4);
      checkpointer.deleteThread = deleteThread;
      await ask(client, 'delete_thread', { threadId });
      expect(await ask(client, 'list_threads', {})).toEqual({ threads: [] });
    },
  );
});
