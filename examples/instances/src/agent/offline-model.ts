import type { BaseMessage } from '@langchain/core/messages';
import { WordByWordModel, type Reply } from '../../../chat/src/agent/word-by-word-model.js';
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

/** A model that says what the script says. */
class OfflineModel extends WordByWordModel {
  constructor(
    private readonly step: AgentStep,
    tokenDelayMs: number,
  ) {
    super(tokenDelayMs);
  }

  protected override replyTo(messages: readonly BaseMessage[]): Reply {
    const place = placeOf(messages);
    const text = SCRIPT[this.step](place, messages[0]?.text ?? '');
    return this.step === 'assistant'
      ? { text, call: { name: 'find_train', args: { place } } }
      : { text };
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
