/**
 * Injection token of the module's options, exactly as you gave them. For complete options, inject
 * `RESOLVED_STREAMING_OPTIONS`.
 */
export const STREAMING_OPTIONS = 'STREAMING_OPTIONS';

/** DI token of the validated and completed {@link ResolvedStreamingOptions}. */
export const RESOLVED_STREAMING_OPTIONS = Symbol.for(
  '@hive-academy/langgraph-streaming:resolved-options',
);

/** DI token of the {@link StreamingBackend}. */
export const STREAMING_BACKEND = Symbol.for('@hive-academy/langgraph-streaming:backend');

/** DI token of the {@link StreamLog}. */
export const STREAM_LOG = Symbol.for('@hive-academy/langgraph-streaming:log');
