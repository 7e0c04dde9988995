import type { ChannelAttributes, ChannelInfo } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';

/** The fields of a channel's hash that have its attributes, as JSON. */
const FIELDS = {
  owner: 'ow',
  state: 's',
  interrupts: 'i',
  producer: 'n',
  source: 'src',
  waitsUntil: 'wu',
  thread: 'th',
} as const satisfies Record<keyof ChannelAttributes, string>;

const NAMES = Object.keys(FIELDS) as (keyof ChannelAttributes)[];

/** The arguments of a script that set attributes: their number, then field and JSON of each. */
export function attributeArguments(attributes: ChannelAttributes): string[] {
  return NAMES.flatMap((name) =>
    name in attributes ? [FIELDS[name], encodeAttribute(attributes[name])] : [],
  );
}

/** An attribute without a value is an empty text. */
export function encodeAttribute(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** Reads the answer of a script about a channel; undefined if there is no such channel. */
export function channelInfoOf(channel: Channel, reply: unknown): ChannelInfo | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [epoch, fence, head, openedAt, endedAt, ...rest] = reply as (string | number | null)[];
  const length = Number(rest[NAMES.length]);
  const firstKept = Number(rest[NAMES.length + 1]);
  const info = {
    ...decodeAttributes(rest),
    channel,
    epoch: String(epoch),
    fence: Number(fence),
    head: Number(head),
    first: Number(head) - length + 1,
    openedAt: Number(openedAt),
    ...(firstKept > 0 && { firstKept }),
  };
  return endedAt === null ? info : { ...info, endedAt: Number(endedAt) };
}

function decodeAttributes(values: readonly (string | number | null)[]): ChannelAttributes {
  const known = NAMES.flatMap((name, index) => {
    const json = values[index];
    return typeof json === 'string' && json !== '' ? [[name, JSON.parse(json) as unknown]] : [];
  });
  return Object.fromEntries(known) as ChannelAttributes;
}
