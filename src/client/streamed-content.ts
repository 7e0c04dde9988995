import type { StreamUpdate } from '../protocol/stream-update.js';
import { JoinedText } from './joined-text.js';
import { MessageList } from './message-list.js';
import { NodeList } from './node-list.js';
import type { SubscriptionSnapshot } from './subscription-options.js';

/** What updates add up to: text, messages, and what nodes do. */
export class StreamedContent {
  readonly text: JoinedText;
  readonly messages: MessageList;
  readonly nodes = new NodeList();

  constructor(snapshot: SubscriptionSnapshot | undefined) {
    this.text = new JoinedText(snapshot);
    this.messages = new MessageList(snapshot?.messages);
  }

  add(update: StreamUpdate): void {
    this.text.add(update);
    this.messages.add(update);
    this.nodes.add(update);
  }

  clear(): void {
    this.text.clear();
    this.messages.clear();
    this.nodes.clear();
  }

  /** All of it, to go on later. */
  get known(): Partial<SubscriptionSnapshot> {
    const { all } = this.messages;
    return { ...this.text.known, ...(all.length > 0 && { messages: all }) };
  }
}
