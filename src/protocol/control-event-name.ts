import type { StreamEventName } from './stream-event-type.js';

/** The types of updates that tell the state of their execution; see {@link isControlEvent}. */
export type ControlEventName =
  TerminalEventName | 'workflow:start' | 'workflow:resume' | 'interrupt';

/** The types of updates that are the last of their execution. */
export type TerminalEventName = 'workflow:end' | 'workflow:error' | 'workflow:cancel';

// Names instead of members of the enum: with members, every page would load the whole enum.
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
 * Whether an update of this type tells the state of its execution. Filters do not apply to these control
 * updates, because every viewer must learn that the execution has ended.
 */
export function isControlEvent(name: StreamEventName): name is ControlEventName {
  return CONTROL_EVENT_NAMES.includes(name);
}

/** Whether an update of this type is the last of its execution. */
export function isTerminalEvent(name: StreamEventName): name is TerminalEventName {
  return TERMINAL_EVENT_NAMES.includes(name);
}
