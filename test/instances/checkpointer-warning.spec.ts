import { describe, expect, it } from '@jest/globals';
import type { ModuleMetadata } from '@nestjs/common';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { StreamingAgent, type StreamingModuleOptions } from '../../src/index.js';
import { memoryBackend } from '../../src/entries/log.js';
import { chatOf } from '../support/agent-app.js';
import { loggedLines } from '../support/logged-lines.js';
import { redisForTests } from '../support/redis-for-tests.js';
import { redisBackendOf } from '../support/shared-backends.js';
import { startApp } from '../support/streaming-app.js';

const warnings = loggedLines('warn');

/** A checkpointer that keeps its data elsewhere. */
class SharedSaver extends MemorySaver {}

const graphWith = (checkpointer?: MemorySaver) =>
  new StateGraph(MessagesAnnotation)
    .addNode('answer', () => ({}))
    .addEdge(START, 'answer')
    .compile(checkpointer && { checkpointer });

@StreamingAgent('odd')
class OddAgent {
  source = (): readonly string[] => ['Hello'];

  get graph(): never {
    throw new Error('There is no graph yet.');
  }
}

describe('the boot', () => {
  const server = redisForTests();
  const warned = async (
    options: StreamingModuleOptions,
    metadata: ModuleMetadata,
  ): Promise<readonly string[]> => {
    await startApp(options, metadata);
    return warnings.filter((line) => line.includes('The agent'));
  };

  it('warns of an agent whose conversations the instances do not share', async () => {
    const options = { backend: redisBackendOf(server()) };
    expect(await warned(options, chatOf(graphWith(new MemorySaver())))).toEqual([
      expect.stringMatching(
        /^The agent "chat" .*\(MemorySaver\).* a checkpointer that all instances share/,
      ),
    ]);
  });

  it.each([
    ['a checkpointer that instances can share', chatOf(graphWith(new SharedSaver()))],
    ['no checkpointer', chatOf(graphWith())],
    ['no graph', { providers: [OddAgent] }],
  ])('does not warn of an agent with %s', async (_, metadata) => {
    expect(await warned({ backend: redisBackendOf(server()) }, metadata)).toEqual([]);
  });

  it.each([
    ['of one instance', {}],
    ['whose instances are in one process', { backend: memoryBackend() }],
  ])('does not warn in an application %s', async (_, options) => {
    expect(await warned(options, chatOf(graphWith(new MemorySaver())))).toEqual([]);
  });
});
