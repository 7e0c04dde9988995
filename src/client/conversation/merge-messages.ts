import type { StreamedMessage } from '../../protocol/streamed-message.js';

type Messages = readonly StreamedMessage[];

/**
 * Merges the messages that the agent keeps with the messages of a run. If both have a message, the agent's is
 * used. A message that only the run has comes before the next message that both have, otherwise at the end.
 * So it does not matter how much of the run the agent already kept at the time of the answer.
 */
export function mergeMessages(kept: Messages, said: Messages): Messages {
  if (said.length === 0) return kept;
  const places = new Map(kept.map(({ id }, index) => [id, index]));
  const merged: StreamedMessage[] = [];
  let waiting: StreamedMessage[] = [];
  let next = 0;
  for (const message of said) {
    const place = message.id === undefined ? undefined : places.get(message.id);
    if (place === undefined) waiting.push(message);
    else if (place >= next) {
      merged.push(...kept.slice(next, place), ...waiting, ...kept.slice(place, place + 1));
      waiting = [];
      next = place + 1;
    }
  }
  return [...merged, ...kept.slice(next), ...waiting];
}

/** The same messages, with the former objects for messages that did not change. */
export function keepObjects(before: Messages, now: Messages): Messages {
  const known = new Map(before.map((message) => [message.id, message]));
  const kept = now.map((message) => {
    const old = message.id === undefined ? undefined : known.get(message.id);
    return old && isEqual(old, message) ? old : message;
  });
  const isSame = kept.length === before.length && kept.every((one, index) => one === before[index]);
  return isSame ? before : kept;
}

/** Whether two values of JSON are the same. */
export function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The messages of an input that has a list of them, as the conversation shows them. */
export function messagesOf(input: unknown): Messages {
  const { messages } = Object(input) as { readonly messages?: unknown };
  if (!Array.isArray(messages)) return [];
  return messages.filter(isMessage);
}

/** Whether a value has the form of a message. */
export function isMessage(value: unknown): value is StreamedMessage {
  const { role, content } = Object(value) as Partial<StreamedMessage>;
  return typeof role === 'string' && typeof content === 'string';
}
