/**
 * The types of updates. The values are used on the wire and are stable. Clients of 0.x know all of them,
 * except those that are marked as new.
 *
 * @publicApi
 */
export enum StreamEventType {
  /** The execution started. Control update. */
  WORKFLOW_START = 'workflow:start',
  /** The execution continues after an answer. Control update, new in 1.0. */
  WORKFLOW_RESUME = 'workflow:resume',
  /** The execution completed. Control update, the last of its channel. */
  WORKFLOW_END = 'workflow:end',
  /** The execution failed. Control update, the last of its channel. */
  WORKFLOW_ERROR = 'workflow:error',
  /** The execution was cancelled. Control update, the last of its channel, new in 1.0. */
  WORKFLOW_CANCEL = 'workflow:cancel',
  /** The execution waits for an answer of a viewer. Control update, new in 1.0. */
  INTERRUPT = 'interrupt',
  /** A node started. */
  NODE_START = 'node:start',
  /**
   * A node ended without completing or failing: it was interrupted, or cancelled because another node failed.
   */
  NODE_END = 'node:end',
  /** A node failed. */
  NODE_ERROR = 'node:error',
  /** A node completed. */
  NODE_COMPLETE = 'node:complete',
  /** A node that failed is tried again: what it streamed so far is void. New in 1.1. */
  NODE_RETRY = 'node:retry',
  /** LangGraph stream mode `values`: the whole state after a step. */
  VALUES = 'values',
  /** LangGraph stream mode `updates`: what each node wrote in a step. */
  UPDATES = 'updates',
  /** LangGraph stream mode `messages`: a whole message (its tokens are `token` updates). */
  MESSAGES = 'messages',
  /** An application event. */
  EVENTS = 'events',
  /** LangGraph stream mode `debug`. */
  DEBUG = 'debug',
  /** LangGraph stream mode `checkpoints`, new in 1.0. */
  CHECKPOINTS = 'checkpoints',
  /** LangGraph stream mode `tasks`, new in 1.0. */
  TASKS = 'tasks',
  /** LangGraph stream mode `tools`, new in 1.0. */
  TOOLS = 'tools',
  /** A final result. */
  FINAL = 'final',
  /** How far the work is. */
  PROGRESS = 'progress',
  /** A milestone of the work was reached. */
  MILESTONE = 'milestone',
  /** Text of a model, as it grows. */
  TOKEN = 'token',
  /** An error that does not end the execution. */
  ERROR = 'error',
  /** LangGraph stream mode `custom`, or a value without a type that a source yields. */
  CUSTOM = 'custom',
  /** In a thread: a run waits for earlier runs. New in 1.1, like all `run:*` and `thread:*` types. */
  RUN_QUEUED = 'run:queued',
  /** In a thread: a run began, and clients can subscribe to it. */
  RUN_START = 'run:start',
  /** In a thread: a run waits for an answer. */
  RUN_INTERRUPT = 'run:interrupt',
  /** In a thread: questions of a run were answered. */
  RUN_ANSWER = 'run:answer',
  /** In a thread: a run ended. */
  RUN_END = 'run:end',
  /** In a thread: its title, its metadata or its state was changed. */
  THREAD_UPDATE = 'thread:update',
}

/** The name of an update type, such as `'token'`. With it you need not import the enum. */
export type StreamEventName = `${StreamEventType}`;

/** Made when it is first needed, so that a bundle that never needs it can leave it out. */
let eventNames: ReadonlySet<string> | undefined;

/** The spellings that clients of the legacy gateway used for these types. */
const LEGACY_ALIASES: Readonly<Record<string, StreamEventName>> = {
  event: 'events',
  update: 'updates',
  value: 'values',
  message: 'messages',
  tokens: 'token',
};

/** Whether `name` is an event type of the protocol. */
export function isStreamEventName(name: unknown): name is StreamEventName {
  if (typeof name !== 'string') return false;
  eventNames ??= new Set(Object.values(StreamEventType));
  return eventNames.has(name);
}

/**
 * Returns the event type for a name. It accepts the names of the protocol, and the spellings of 0.x such as
 * `event` and `node_start`. It returns undefined for any other name.
 */
export function toStreamEventName(name: string): StreamEventName | undefined {
  if (isStreamEventName(name)) return name;
  const alias = LEGACY_ALIASES[name] ?? name.replace(/^(node|workflow)_/, '$1:');
  return isStreamEventName(alias) ? alias : undefined;
}
