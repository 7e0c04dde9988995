/** What is streamed to: an execution, a thread or a room. Each has a log of its own. */
export interface Channel {
  readonly kind: 'execution' | 'thread' | 'room';
  /** The id of the execution, thread or room. It may contain any characters. */
  readonly id: string;
}

/** Who a channel belongs to. */
export interface ChannelOwner {
  readonly principalId: string;
  readonly tenant?: string;
}

/** The channel of an execution. */
export const executionChannel = (id: string): Channel => ({ kind: 'execution', id });

/** The channel of a thread. */
export const threadChannel = (id: string): Channel => ({ kind: 'thread', id });

/** The channel of a room. */
export const roomChannel = (id: string): Channel => ({ kind: 'room', id });

/** A channel as messages name it: by one of the three. */
export interface ChannelName {
  readonly executionId?: string;
  readonly roomId?: string;
  readonly threadId?: string;
}

export const nameOf = ({ kind, id }: Channel): ChannelName => ({ [`${kind}Id`]: id });

const KINDS = ['room', 'thread', 'execution'] as const;

/** The channel that a message names; undefined when it names none. */
export const channelOf = (name: ChannelName): Channel | undefined => {
  const kind = KINDS.find((one) => name[`${one}Id`] !== undefined);
  return kind && { kind, id: name[`${kind}Id`] ?? '' };
};

/** A string that is different for every channel, whatever characters its id contains. */
export const channelKey = (channel: Channel): string => `${channel.kind}:${channel.id}`;
