import type { BaseMessage } from '@langchain/core/messages';
import { findTrain, reserveSeats, SEATS_RESERVED } from './tools.js';
import { WordByWordModel, type Reply } from './word-by-word-model.js';

/** A regenerated plan begins in another way. */
const OPENINGS = ['Here is your weekend in', 'Look forward to your weekend in'];

/**
 * A model that says what a script says.
 *
 * Put a model of your own in its place, such as `new ChatOpenAI({ model: 'gpt-4o-mini' })`.
 */
export class OfflineModel extends WordByWordModel {
  /** How many plans it has written. */
  #plans = 0;

  protected override replyTo(messages: readonly BaseMessage[]): Reply {
    const last = messages.at(-1);
    const place = placeOf(messages);
    if (last?.type !== 'tool') return greeting(place);
    if (last.name !== findTrain.name) {
      const opening = OPENINGS[this.#plans++ % OPENINGS.length] ?? '';
      return { text: `${opening} ${place}. ☀️ ${planOf(last.text)}` };
    }
    return {
      text: `There is a train to ${place}. I have to ask before I reserve the seats.`,
      call: { name: reserveSeats.name, args: { train: last.text } },
    };
  }
}

const greeting = (place: string): Reply => ({
  text: `${place}, what a good idea! 🎉 I look for a train first.`,
  call: { name: findTrain.name, args: { place } },
});

const planOf = (outcome: string): string =>
  (outcome === SEATS_RESERVED ? 'Your seats are reserved. ' : 'I reserved nothing. ') +
  'On Saturday, leave your bags at the station and start with breakfast in the market hall, where ' +
  'the stands are busiest around ten. Walk through the old town at noon, take the small streets ' +
  'behind the cathedral rather than the main one, and have a late lunch by the river. Be at the ' +
  'viewpoint an hour before sunset: the whole town turns orange, and you will not be alone. 🌇 On ' +
  'Sunday, sleep in, then take the tram to the museum; two hours are plenty, and the café in the ' +
  'courtyard does the best pastry in town. 🥐 You will be back at the station with time to spare. ' +
  'Have a good trip! 👩‍👩‍👧';

/** Where the traveller wants to go: the last place that was named. */
function placeOf(messages: readonly BaseMessage[]): string {
  const places = messages
    .filter(({ type }) => type === 'human')
    .flatMap(({ text }) => /\b(?:in|to)\s+(\p{Lu}[\p{L} -]*)/u.exec(text)?.[1]?.trim() ?? []);
  return places.at(-1) ?? 'Lisbon';
}
