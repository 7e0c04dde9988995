/** The format of the messages that this version publishes. */
const FORMAT = '1';

/** The types of messages, by their character. */
const TYPES = { '+': 'entries', '.': 'ended', '!': 'reset', '-': 'gone' } as const;

/** A message about a channel. The scripts write it: `<format><type><epoch> <number>\n<records>`. */
export interface ChannelMessage {
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly epoch: string;
  /** For entries: the sequence number of the first entry. For other types: the head. */
  readonly sequence: number;
  /** Records, joined. */
  readonly records: string;
}

/** @returns undefined for a message of another version; then the log is read */
export function parseMessage(text: string): ChannelMessage | undefined {
  const end = text.indexOf('\n');
  const space = text.lastIndexOf(' ', end);
  const type = TYPES[text.charAt(1) as keyof typeof TYPES];
  if (text.charAt(0) !== FORMAT || type === undefined || end < 0 || space < 0) return undefined;
  const sequence = Number(text.slice(space + 1, end));
  return { type, epoch: text.slice(2, space), sequence, records: text.slice(end + 1) };
}
