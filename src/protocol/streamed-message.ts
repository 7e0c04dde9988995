/** A call of a tool that a model asks for. */
export interface StreamedToolCall {
  /** The id of the call. The `tool` message with the result has it as `toolCallId`. */
  readonly id?: string | undefined;
  /** The name of the tool. */
  readonly name: string;
  /** The arguments, parsed. */
  readonly args: unknown;
}

/** A tool call with invalid arguments. The tool is not called. */
export interface StreamedInvalidToolCall {
  /** The id of the call. */
  readonly id?: string;
  /** The name of the tool. */
  readonly name?: string;
  /** The arguments as the model wrote them. */
  readonly args?: string;
  /** Why the arguments are invalid. */
  readonly error?: string;
}

/** A part of a growing tool call. Join the `args` of all parts with one `index` to get the JSON text. */
export interface StreamedToolCallChunk {
  /** The call in the message: a number, or a text if the provider names its content blocks. */
  readonly index?: number | string | undefined;
  /** The id of the call. */
  readonly id?: string | undefined;
  /** The name of the tool. */
  readonly name?: string | undefined;
  /** The next part of the arguments, as JSON text. */
  readonly args?: string | undefined;
}

/**
 * The number of tokens that a model has read and written. To get the usage of a model call, add up all partial
 * messages with one `id`: some providers report input and output in separate parts.
 *
 * @publicApi
 */
export interface StreamedUsage {
  /** Tokens of the input. */
  readonly inputTokens: number;
  /** Tokens of the output. */
  readonly outputTokens: number;
  /** Tokens of input and output together. */
  readonly totalTokens: number;
  /** The part of the input tokens that came from the provider's cache. */
  readonly cachedInputTokens?: number;
  /** The part of the output tokens that the model used for reasoning. */
  readonly reasoningTokens?: number;
}

/**
 * A source that a model cites.
 *
 * @publicApi
 */
export interface StreamedCitation {
  /** The address of the source. */
  readonly url?: string;
  /** The title of the source. */
  readonly title?: string;
  /** The cited text of the source. */
  readonly citedText?: string;
  /** The position in the answer where the text with this source begins, in characters. */
  readonly startIndex?: number;
  /** The position in the answer where the text with this source ends, in characters. */
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
  /** Set on a `tool` message if the tool failed. */
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
