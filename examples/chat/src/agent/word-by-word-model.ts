import { setTimeout as wait } from 'node:timers/promises';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';

/** What a model says, and the tool that it calls then. */
export interface Reply {
  readonly text: string;
  readonly call?: { readonly name: string; readonly args: Readonly<Record<string, string>> };
}

/** A model that needs no provider: it streams what it says word by word. */
export abstract class WordByWordModel extends FakeStreamingChatModel {
  /** @param tokenDelayMs - how long a word takes, in milliseconds */
  constructor(private readonly tokenDelayMs: number) {
    super({});
  }

  /** What it says to messages. */
  protected abstract replyTo(messages: readonly BaseMessage[]): Reply;

  /** It has its own idea of which tools to call. */
  override bindTools(): this {
    return this;
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    { signal }: this['ParsedCallOptions'],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (const message of chunksOf(this.replyTo(messages))) {
      await wait(this.tokenDelayMs, undefined, signal && { signal });
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
        chunk,
      });
    }
  }
}

function chunksOf({ text, call }: Reply): AIMessageChunk[] {
  const words = text.split(/(?<=\s)/u).map((content) => new AIMessageChunk({ content }));
  return call ? [...words, callChunk(call)] : words;
}

function callChunk({ name, args }: NonNullable<Reply['call']>): AIMessageChunk {
  const id = `call-${crypto.randomUUID()}`;
  const call = { type: 'tool_call_chunk' as const, index: 0, id, name, args: JSON.stringify(args) };
  return new AIMessageChunk({ content: '', tool_call_chunks: [call] });
}
