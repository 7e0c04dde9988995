import type { StreamEventName } from './stream-event-type.js';

/** The types of updates that tell the state of their execution; see {@link isControlEvent}. */
export type ControlEventName =
  TerminalEventName | 'workflow:start' | 'workflow:resume' | 'interrupt';

/** The types of updates that are the last of their execution. */
export type TerminalEventName = 'workflow:end' | 'workflow:error' | 'workflow:cancel';

// Names, not members of the enum, which a page would have to load whole.
const TERMINAL_EVENT_NAMES: readonly string[] = [
  'workflow:end',
  'workflow:error',
  'workflow:cancel',
];

const CONTROL_EVENT_NAMES: readonly string[] = [
  'workflow:end',
  'workflow:error',
  'workflow:cancel',
  'workflow:start',
  'workflow:resume',
  'interrupt',
];

/**
 * Whether an update of this type tells the state of its execution. Control updates reach every
 * subscriber whatever its filter, since a viewer must learn that the stream ended.
 */
export function isControlEvent(name: StreamEventName): name is ControlEventName {
  return CONTROL_EVENT_NAMES.includes(name);
}

/** Whether an update of this type is the last of its execution. */
export function isTerminalEvent(name: StreamEventName): name is TerminalEventName {
  return TERMINAL_EVENT_NAMES.includes(name);
}
