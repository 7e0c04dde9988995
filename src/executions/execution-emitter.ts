import { requireEvent } from '../log/log-entry.js';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { inRoom, type EmitOptions, type Emitter, type ProgressReport } from './emitter.js';
import type { ExecutionOutput } from './execution-output.js';
import { readMessagePart, type JoinedOptions } from './joining/message-part.js';
import { progressData } from './progress-data.js';
import { requireText } from './require-values.js';
import { readToken } from './short-forms.js';
import { draftBounded, textParts } from './update-bound.js';

/**
 * Takes the updates of a source. It checks them, limits their size, and drops them after the execution has
 * ended.
 */
export class ExecutionEmitter implements Emitter {
  constructor(
    private readonly output: ExecutionOutput,
    private readonly maxUpdateBytes: number,
    private readonly hasEnded: () => boolean,
  ) {}

  emit(type: StreamEventName, data: unknown, options: EmitOptions = {}): void {
    requireEvent(type);
    const part = readPart(type, data);
    if (part) return this.token(part.content, { ...options, ...part.options });
    if (this.hasEnded()) return;
    // Encoded before waiting tokens are flushed, so that an update that cannot be encoded has no effect.
    const draft = draftBounded({ ...options, type, data }, this.maxUpdateBytes);
    this.output.emit(draft, options);
  }

  token(content: string, options: JoinedOptions = {}): void {
    requireText(content);
    if (!this.output.takes(content)) return;
    for (const part of textParts(content, this.maxUpdateBytes)) {
      if (!this.hasEnded()) this.output.token(part, options);
    }
  }

  progress(progress: number | ProgressReport, message?: string, options?: EmitOptions): void {
    this.emit(StreamEventType.PROGRESS, progressData(progress, message), options);
  }

  publish(roomId: string, type: StreamEventName, data: unknown, options?: EmitOptions): void {
    this.emit(type, data, inRoom(roomId, options));
  }
}

/** Reads text that can be joined with its neighbours. */
function readPart(type: StreamEventName, data: unknown): ReturnType<typeof readMessagePart> {
  if (type === StreamEventType.TOKEN) return readToken(data);
  return type === StreamEventType.MESSAGES ? readMessagePart(data) : undefined;
}
