/** A sequence of updates with its own log: an execution, a thread or a room. */
export interface Channel {
  /** Whether the channel is an execution, a thread or a room. */
  readonly kind: 'execution' | 'thread' | 'room';
  /** The id of the execution, thread or room. It may contain any characters. */
  readonly id: string;
}

/** The owner of a channel. `ownerOf(principal)` makes it from a principal. */
export interface ChannelOwner {
  /** The id of the principal. */
  readonly principalId: string;
  /** The tenant of the principal. Required if the principal has one. */
  readonly tenant?: string;
}

/** The channel of an execution. */
export const executionChannel = (id: string): Channel => ({ kind: 'execution', id });

/** The channel of a thread. */
export const threadChannel = (id: string): Channel => ({ kind: 'thread', id });

/** The channel of a room. */
export const roomChannel = (id: string): Channel => ({ kind: 'room', id });

/** How a message names a channel. It has exactly one of the three ids. */
export interface ChannelName {
  readonly executionId?: string;
  readonly roomId?: string;
  readonly threadId?: string;
}

export const nameOf = ({ kind, id }: Channel): ChannelName => ({ [`${kind}Id`]: id });

/** The channel that a message names; undefined when it names none. */
export const channelOf = ({ roomId, threadId, executionId }: ChannelName): Channel | undefined => {
  if (roomId !== undefined) return roomChannel(roomId);
  if (threadId !== undefined) return threadChannel(threadId);
  return executionId === undefined ? undefined : executionChannel(executionId);
};

/** A string that is different for every channel, whatever characters its id contains. */
export const channelKey = (channel: Channel): string => `${channel.kind}:${channel.id}`;
