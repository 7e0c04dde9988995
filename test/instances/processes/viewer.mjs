// Somebody who watches an execution through the client of the package, and checks what arrives.
import assert from 'node:assert/strict';
import { createStreamingClient } from '../../../dist/esm/client/index.js';

/** The words that a run of `count` streams. */
export const textOf = (executionId, count) =>
  Array.from({ length: count }, (_, index) => `${executionId}:${index} `).join('');

export class Viewer {
  sequences = [];
  types = [];
  text = '';
  resets = 0;

  constructor(url, executionId, token = 'ada') {
    this.executionId = executionId;
    this.client = createStreamingClient({
      url,
      auth: { token },
      // Requests of one polling client would reach several gateways.
      transports: ['websocket'],
      reconnection: { minDelayMs: 50, maxDelayMs: 500 },
    });
    const subscription = this.client.execution(executionId, { waitForMs: 20_000 });
    subscription.on('update', (update) => this.#take(update));
    subscription.on('reset', () => (this.resets += 1));
    subscription.on('subscribed', () => (this.isSubscribed = true));
    subscription.done.then(
      () => (this.endedAt = Date.now()),
      (error) => (this.error = error),
    );
    this.subscription = subscription;
  }

  get last() {
    return this.lastUpdate?.data;
  }

  /** Everything came once and in order, and the text is that of the run as far as it got. */
  check(whole) {
    const { sequences, resets, text } = this;
    assert.deepEqual(
      sequences,
      Array.from(sequences, (_, index) => index + 1),
    );
    assert.equal(resets, 0);
    assert.ok(whole.startsWith(text), `The text differs: ${text.slice(0, 200)}`);
    if (this.types.at(-1) === 'workflow:end') assert.equal(text, whole);
  }

  close() {
    this.client.close();
  }

  #take(update) {
    const { fromSequence, sequenceNumber } = update.metadata;
    for (let place = fromSequence ?? sequenceNumber; place <= sequenceNumber; place += 1)
      this.sequences.push(place);
    this.types.push(update.type);
    this.lastUpdate = update;
    if (update.type === 'token') this.text += update.data.content;
  }
}
