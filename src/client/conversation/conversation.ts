import type { Cursor } from '../../protocol/cursor.js';
import type { InterruptRequest, StreamUpdate } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { ThreadAnswer, ThreadInterrupt, ThreadRun } from '../../protocol/thread-messages.js';
import type { ThreadRunData } from '../../protocol/thread-updates.js';
import { isEqual, keepObjects, mergeMessages, messagesOf } from './merge-messages.js';
import { Remembered } from './remembered.js';
import type { RunMessages } from './run-messages.js';
import type { ThreadRunView } from './thread-run-view.js';

type Messages = readonly StreamedMessage[];

/** A part of a conversation: what one start adds to it. */
export interface Part {
  /** Absent until the start is answered. */
  executionId?: string;
  /** The facts about the run from the log. */
  run?: ThreadRunView;
  /** The position in the log where the run ended. */
  end?: Cursor;
  /** The input messages, until the agent keeps them. */
  input: Messages;
  /** How many messages the agent kept before the input. */
  after: number;
  /** Whether all viewers get the input. */
  isPublished?: boolean;
  /** A checkpoint that has the input. */
  inputAt?: string;
  /** The messages of the run. */
  said?: RunMessages;
}

/** A conversation: the messages that the agent keeps, and the parts that it does not keep yet. */
export class Conversation {
  /** The last answer of the server. */
  kept: ThreadAnswer | undefined;
  #parts: readonly Part[] = [];
  readonly #messages = new Remembered<Messages>();
  readonly #runs = new Remembered<readonly ThreadRunView[]>();
  readonly #interrupts = new Remembered<readonly ThreadInterrupt[]>();
  readonly #asked = new WeakMap<InterruptRequest, ThreadInterrupt>();

  get parts(): readonly Part[] {
    return this.#parts;
  }

  get messages(): Messages {
    const kept = this.#keptMessages;
    const said = this.#parts.flatMap((part) => this.#saidIn(part));
    return this.#messages.get([kept, ...said], () => said.reduce(mergeMessages, kept));
  }

  get runs(): readonly ThreadRunView[] {
    const runs = this.#parts.flatMap(({ run }) => run ?? []);
    return this.#runs.get(runs, () => runs);
  }

  get interrupts(): readonly ThreadInterrupt[] {
    const asked = this.runs.flatMap(({ executionId, interrupts = [] }) =>
      interrupts.map((interrupt) => this.#askedBy(executionId, interrupt)),
    );
    // The log may have lost the facts about their run.
    const others = this.kept?.interrupts.filter(
      ({ executionId }) => !this.#partOf(executionId)?.run,
    );
    const all = [...(others ?? []), ...asked];
    return this.#interrupts.get(all, () => all);
  }

  /**
   * The server has answered with the state that the agent keeps.
   *
   * @param isNewest - whether nothing was lost while the answer was on its way
   */
  keep(answer: ThreadAnswer, isNewest?: boolean): void {
    this.kept = {
      ...answer,
      messages: keepObjects(this.kept?.messages ?? [], keepObjects(this.messages, answer.messages)),
      ...(isEqual(this.kept?.state, answer.state) && { state: this.kept?.state }),
    };
    this.#dropKeptInputs(answer.messages);
    for (const part of this.#parts) {
      if (this.#isInputKept(part)) part.input = [];
      if (isNewest && part.said) part.said.before = [];
      if (!this.isKept(part)) continue;
      part.said?.close();
      delete part.said;
    }
  }

  /** An input message without an id gets an id from the agent. It is recognized by its content. */
  #dropKeptInputs(kept: Messages): void {
    let next = 0;
    for (const part of this.#parts) {
      next = Math.max(next, Math.min(part.after, kept.length));
      const input = part.input.filter(({ id, role, content }) => {
        const isIt = (one: StreamedMessage, index: number): boolean =>
          index >= next && one.role === role && one.content === content;
        const place = id === undefined ? kept.findIndex(isIt) : -1;
        if (place >= 0) next = place + 1;
        return place < 0;
      });
      if (input.length < part.input.length) part.input = input;
      part.after = next;
    }
  }

  /** Whether the server was asked after a run had ended. */
  isTold({ end }: Part): boolean {
    const cursor = this.kept?.cursor;
    return !!end && cursor?.epoch === end.epoch && cursor.sequence >= end.sequence;
  }

  /** Whether the agent keeps all messages of a run. An agent without checkpoints keeps nothing. */
  isKept(part: Part): boolean {
    return this.isTold(part) && this.kept?.checkpointId !== undefined;
  }

  /** Whether the last answer of the server has the input of a part, or no answer will have it. */
  #isInputKept(part: Part): boolean {
    const { inputAt, isPublished } = part;
    const isStored = !!inputAt && (this.kept?.checkpointId ?? '') >= inputAt;
    return isStored || this.isKept(part) || (this.isTold(part) && !isPublished);
  }

  /** Handles an update of the thread's log. @param epoch - the life of the log */
  apply({ type, data, metadata }: StreamUpdate, epoch: string): void {
    if (type === 'thread:update' && this.kept) {
      const { checkpointId: _edited, ...changes } = data;
      this.kept = { ...this.kept, ...changes };
    }
    if (!type.startsWith('run:')) return;
    const { input, ...told } = data as ThreadRunData;
    const { timestamp = 0, sequenceNumber: sequence = 0 } = metadata ?? {};
    const part = this.#partOf(told.executionId) ?? this.#add({ executionId: told.executionId });
    const { interrupts: _answered, ...before } = part.run ?? { startedAt: timestamp };
    const { checkpointId: _fork, answered: _by, ...now } = told as ThreadRunData;
    part.run = { ...before, ...now, ...(type === 'run:end' && { endedAt: timestamp }) };
    if (type === 'run:end') part.end = { epoch, sequence };
    else if (type !== 'run:interrupt' && type !== 'run:answer') this.#begin(part, input);
  }

  /** Adds a part of this page that the server does not know yet. */
  expect(input: unknown): Part {
    return this.#add({ input: messagesOf(input) });
  }

  /** The server has answered with the run of a part. */
  assign(part: Part, executionId: string): void {
    const known = this.#partOf(executionId);
    if (!known) part.executionId = executionId;
    else if (known !== part) {
      if (!this.#isInputKept(known)) known.input = part.input;
      this.drop(part);
    }
  }

  drop(part: Part): void {
    part.said?.close();
    this.#parts = this.#parts.filter((one) => one !== part);
  }

  /**
   * Keeps only these runs, because the log has lost its earlier updates. The others ended before this position. Their
   * messages stay until the server has answered.
   */
  restart(runs: readonly ThreadRun[], end: Cursor): void {
    for (const part of this.#parts) {
      if (part.run?.void) this.drop(part);
      if (part.executionId === undefined) continue;
      part.end = end;
      delete part.run;
    }
    for (const run of runs) {
      const part = this.#partOf(run.executionId) ?? this.#add({ executionId: run.executionId });
      part.run = run;
      delete part.end;
    }
  }

  clear(): void {
    this.#parts = [];
    this.kept = undefined;
  }

  #partOf(executionId: string): Part | undefined {
    return this.#parts.find((part) => part.executionId === executionId);
  }

  /** The same object for the same question. */
  #askedBy(executionId: string, interrupt: InterruptRequest): ThreadInterrupt {
    const known = this.#asked.get(interrupt) ?? { ...interrupt, executionId };
    this.#asked.set(interrupt, known);
    return known;
  }

  #add(part: Partial<Part>): Part {
    const added: Part = { input: [], after: this.kept?.messages.length ?? 0, ...part };
    this.#parts = [...this.#parts, added];
    return added;
  }

  /** A run was queued or begins. Questions that another run left open cannot be answered any more. */
  #begin(part: Part, input: unknown): void {
    delete part.end;
    if (input !== undefined) {
      part.input = messagesOf(input);
      part.isPublished = true;
    }
    for (const other of this.#parts) {
      if (!other.end || !other.run?.interrupts) continue;
      const { interrupts: _closed, ...run } = other.run;
      other.run = run;
    }
  }

  #saidIn(part: Part): Messages[] {
    if (part.run?.void || this.isKept(part)) return [];
    const { input, said } = part;
    return [input, said?.before, said?.all].flatMap((one) => (one?.length ? [one] : []));
  }

  /** Removes parts that were rolled back since the last answer of the server. */
  get #keptMessages(): Messages {
    const { messages = [] } = this.kept ?? {};
    const undone = this.#parts.filter((part) => part.run?.void && !this.isTold(part));
    if (undone.length === 0) return messages;
    const ids = new Set(
      undone.flatMap(({ input, said }) => [...input, ...(said?.all ?? [])].map(({ id }) => id)),
    );
    return messages.filter(({ id }) => id === undefined || !ids.has(id));
  }
}
