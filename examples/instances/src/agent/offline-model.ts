import { setTimeout as wait } from 'node:timers/promises';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import type { AgentStep, ModelFor } from './model-for.js';
import { SEATS_RESERVED } from './tasks.js';

/** What the offline model says in each step, given where the trip goes and what it is to do. */
const SCRIPT: Readonly<Record<AgentStep, (place: string, task: string) => string>> = {
  assistant: (place) =>
    `${place}, what a good idea! 🎉 I look for a train first, then I read up on what is on, ` +
    'and before anything is reserved I ask you.',
  research: (place) =>
    `Two days are enough for the old town of ${place}, the market hall and one museum. It stays ` +
    'dry until Sunday afternoon, so walk on Saturday and keep the museum for Sunday. The market ' +
    'hall closes at two; the viewpoint above the river is best an hour before sunset.',
  answer: (place, task) =>
    `Here is your weekend in ${place}. ☀️ ` +
    (task.includes(SEATS_RESERVED) ? 'Your seats are reserved. ' : 'I reserved nothing. ') +
    'On Saturday, leave your bags at the station and start with breakfast in the ' +
    'market hall, where the stands are busiest around ten. Walk through the old town at noon, take the small streets behind the cathedral rather than the main one, ' +
    'and have a late lunch by the river. Be at the viewpoint an hour before sunset: the whole ' +
    'town turns orange, and you will not be alone. 🌇 On Sunday, sleep in, then take the tram to ' +
    'the museum; two hours are plenty, and the café in the courtyard does the best pastry in ' +
    'town. 🥐 You will be back at the station with time to spare. Have a good trip! 👩‍👩‍👧',
};

/** A model that needs no provider: it streams what the script says, word by word. */
class OfflineModel extends FakeStreamingChatModel {
  constructor(
    private readonly step: AgentStep,
    private readonly tokenDelayMs: number,
  ) {
    super({});
  }

  /** It has its own idea of which tools to call. */
  override bindTools(): this {
    return this;
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    { signal }: this['ParsedCallOptions'],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const place = placeOf(messages);
    const text = SCRIPT[this.step](place, messages[0]?.text ?? '');
    for (const message of [...wordsOf(text), ...this.toolCall(place)]) {
      await wait(this.tokenDelayMs, undefined, signal && { signal });
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
        chunk,
      });
    }
  }

  private toolCall(place: string): AIMessageChunk[] {
    if (this.step !== 'assistant') return [];
    const args = JSON.stringify({ place });
    const call = { index: 0, id: 'call-1', name: 'find_train', args };
    return [
      new AIMessageChunk({
        content: '',
        tool_call_chunks: [{ type: 'tool_call_chunk', ...call }],
      }),
    ];
  }
}

/**
 * Models that run without a provider.
 *
 * @param tokenDelayMs - how long a word takes, in milliseconds
 */
export function offlineModels(tokenDelayMs: number): ModelFor {
  return (step) => new OfflineModel(step, tokenDelayMs);
}

function placeOf(messages: readonly BaseMessage[]): string {
  const question = messages.find((message) => message.type === 'human')?.text ?? '';
  return /\b(?:in|to)\s+(\p{Lu}[\p{L} -]*)/u.exec(question)?.[1]?.trim() ?? 'Lisbon';
}

function wordsOf(text: string): AIMessageChunk[] {
  return text.split(/(?<=\s)/u).map((content) => new AIMessageChunk({ content }));
}
