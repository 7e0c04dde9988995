/** The format of the messages that this version publishes. */
const FORMAT = '1';

/** What a message tells, by the character that says so. */
const TYPES = { '+': 'entries', '.': 'ended', '!': 'reset', '-': 'gone' } as const;

/** What is published of a channel. The scripts write it: `<format><type><epoch> <number>\n<records>`. */
export interface ChannelMessage {
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly epoch: string;
  /** Of entries, the sequence number of the first. Of anything else, the head. */
  readonly sequence: number;
  /** Records, joined. */
  readonly records: string;
}

/** @returns undefined for what another version published: then the log is read */
export function parseMessage(text: string): ChannelMessage | undefined {
  const end = text.indexOf('\n');
  const space = text.lastIndexOf(' ', end);
  const type = TYPES[text.charAt(1) as keyof typeof TYPES];
  if (text.charAt(0) !== FORMAT || type === undefined || end < 0 || space < 0) return undefined;
  const sequence = Number(text.slice(space + 1, end));
  return { type, epoch: text.slice(2, space), sequence, records: text.slice(end + 1) };
}
