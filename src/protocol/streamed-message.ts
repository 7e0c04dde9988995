/** A call of a tool that a model asks for. */
export interface StreamedToolCall {
  readonly id?: string | undefined;
  readonly name: string;
  readonly args: unknown;
}

/** A part of a tool call as a model writes it: join the `args` of one `index` to get the JSON text. */
export interface StreamedToolCallChunk {
  readonly index?: number | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: string | undefined;
}

/**
 * `data` of a `messages` update: a message as plain data, whichever library made it.
 *
 * @publicApi
 */
export interface StreamedMessage {
  readonly id?: string | undefined;
  /** Who speaks: `user`, `assistant`, `system`, `tool`, or a role of the application's own. */
  readonly role: string;
  /** The text of the message. */
  readonly content: string;
  /**
   * True on a part of a growing message that is not text, which `token` updates carry. Parts with
   * the same `id` belong to one message.
   */
  readonly partial?: true;
  /** What the model thought, apart from what it said. */
  readonly reasoning?: string;
  /** Content that is neither text nor reasoning, such as images. */
  readonly blocks?: readonly unknown[];
  readonly toolCalls?: readonly StreamedToolCall[];
  /** Parts of tool calls; on partial messages only. */
  readonly toolCallChunks?: readonly StreamedToolCallChunk[];
  /** The name of the speaker, or of the tool that answers. */
  readonly name?: string;
  /** The tool call that a `tool` message answers. */
  readonly toolCallId?: string;
}
