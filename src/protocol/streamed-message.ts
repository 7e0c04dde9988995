/** A call of a tool that a model asks for. */
export interface StreamedToolCall {
  readonly id?: string | undefined;
  readonly name: string;
  readonly args: unknown;
}

/** A call of a tool whose arguments the model wrote wrongly, so that it is not made. */
export interface StreamedInvalidToolCall {
  readonly id?: string;
  readonly name?: string;
  /** The arguments as the model wrote them. */
  readonly args?: string;
  /** What is wrong with them. */
  readonly error?: string;
}

/** A part of a tool call as a model writes it: join the `args` of one `index` to get the JSON text. */
export interface StreamedToolCallChunk {
  /** Which call of the message: a number, or a text where the provider names its content blocks. */
  readonly index?: number | string | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: string | undefined;
}

/**
 * The tokens that a model took and gave. The usage of a model call is the sum over the partial messages
 * of one `id`: some providers tell input and output apart.
 *
 * @publicApi
 */
export interface StreamedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** Of the input: read from the provider's cache. */
  readonly cachedInputTokens?: number;
  /** Of the output: spent on reasoning. */
  readonly reasoningTokens?: number;
}

/**
 * A source that a model names for what it says.
 *
 * @publicApi
 */
export interface StreamedCitation {
  readonly url?: string;
  readonly title?: string;
  /** The text of the source. */
  readonly citedText?: string;
  /** Where in the answer the cited part begins, in characters. */
  readonly startIndex?: number;
  /** Where in the answer the cited part ends, in characters. */
  readonly endIndex?: number;
}

/**
 * `data` of a `messages` update: a message as plain data, in the same form for every library.
 *
 * @publicApi
 */
export interface StreamedMessage {
  /** The id of the message. */
  readonly id?: string | undefined;
  /** The role of the speaker: `user`, `assistant`, `system`, `tool`, or a role of your own. */
  readonly role: string;
  /** The text of the message. */
  readonly content: string;
  /**
   * True for a part of a growing message. It has everything except text; the text comes in `token` updates.
   * Parts with the same `id` belong to one message.
   */
  readonly partial?: true;
  /** The reasoning of the model, separate from its text. */
  readonly reasoning?: string;
  /** Content that is neither text nor reasoning, such as images. */
  readonly blocks?: readonly unknown[];
  /** The calls of tools that the model asks for. */
  readonly toolCalls?: readonly StreamedToolCall[];
  /** Parts of tool calls, in partial messages only. */
  readonly toolCallChunks?: readonly StreamedToolCallChunk[];
  /** Calls whose arguments cannot be parsed. */
  readonly invalidToolCalls?: readonly StreamedInvalidToolCall[];
  /** The name of the speaker, or of the tool that answers. */
  readonly name?: string;
  /** The tool call that a `tool` message answers. */
  readonly toolCallId?: string;
  /** Whether the tool of a `tool` message failed; absent when it did not. */
  readonly status?: 'error';
  /** Data that the tool returns for the application, in addition to its answer to the model. */
  readonly artifact?: unknown;
  /** The number of tokens of the message. For partial messages, add up the usage of all parts. */
  readonly usage?: StreamedUsage;
  /** Why the model stopped, in the words of its provider, such as `stop`, `length` or `tool_calls`. */
  readonly finishReason?: string;
  /** The name of the model, in the words of its provider. */
  readonly model?: string;
  /** The sources that the model cites. */
  readonly citations?: readonly StreamedCitation[];
}
