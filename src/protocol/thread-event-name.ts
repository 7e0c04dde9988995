import { isControlEvent, type ControlEventName } from './control-event-name.js';
import { type StreamEventName } from './stream-event-type.js';

/** The types of updates that tell what happens in a thread; see {@link isThreadEvent}. */
export type ThreadEventName = ThreadRunEventName | 'thread:update';

/** The types of updates about the runs of a thread. */
export type ThreadRunEventName =
  'run:queued' | 'run:start' | 'run:interrupt' | 'run:answer' | 'run:end';

const THREAD_EVENT_NAMES: ReadonlySet<string> = new Set<ThreadEventName>([
  'run:queued',
  'run:start',
  'run:interrupt',
  'run:answer',
  'run:end',
  'thread:update',
]);

/** Whether an update of this type tells what happens in a thread. Only threads have such updates. */
export function isThreadEvent(name: StreamEventName): name is ThreadEventName {
  return THREAD_EVENT_NAMES.has(name);
}

/** Whether only the library may emit updates of this type. Filters do not apply to them. */
export function isReservedEvent(name: StreamEventName): name is ControlEventName | ThreadEventName {
  return isControlEvent(name) || isThreadEvent(name);
}
