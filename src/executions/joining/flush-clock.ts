/** The objects that are woken at a time. */
export interface FlushSlot {
  readonly at: number;
  /** Those that asked for this slot. Some may have left it since. */
  readonly members: Flushable[];
  /** How many are woken. */
  size: number;
}

/** An object with text to send at a time. */
export interface Flushable {
  /** Where the clock wakes it; undefined for not at all. Only the clock changes it. */
  slot: FlushSlot | undefined;
  flushDue(): void;
}

/** The functions that a clock calls. */
export interface FlushClockEvents {
  /** A timer fired, this late. */
  readonly fired: (lateByMs: number) => void;
  /** All due text was sent to the network. It took this long. */
  readonly sent: (tookMs: number) => void;
}

/** Slot width in ms: well below the flush interval, well above the gap between tokens of a busy process. */
const DEFAULT_SLOT_MS = 4;

/** From this flush interval on, in ms, slots may be wider, so that there are fewer wake-ups. */
const LONG_INTERVAL_MS = 50;
const WIDE_SLOT_MS = 25;

/** A slot of this size is sent at once in any case, because that takes only a few milliseconds. */
const SMALL_SLOT = 32;

/** The largest part of its interval by which text is sent early, so that not everything is sent at once. */
const LARGEST_ADVANCE = 0.5;

/** How many milliseconds early a timer may fire. Another turn would cost more. */
const EARLY_MS = 1;

/**
 * Wakes everything that is due at about the same time in one turn of the event loop, with one timer, because
 * a wake-up costs more than sending. Nothing is woken later than requested, and at most one slot earlier. At
 * a steady pace only the first wake-up is early: text that was sent at the beginning of a slot is due at the
 * beginning of another slot.
 *
 * Executions whose interval grows at the same time are due at the same time from then on, and sending all of
 * them would block the event loop. So what does not fit into a slot is moved to an earlier one.
 */
export class FlushClock {
  readonly #slots = new Map<number, FlushSlot>();
  /** How many are woken in all slots. */
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerSlot = Number.POSITIVE_INFINITY;
  /** When the timer fires if nothing delays it. */
  #firesAt = Number.POSITIVE_INFINITY;

  /** @param slotMs - slot width in ms for short intervals; 0 wakes up everything at its own time */
  constructor(
    private readonly events?: FlushClockEvents,
    private readonly slotMs = DEFAULT_SLOT_MS,
  ) {}

  /** Whether text that wakes at this time (monotonic clock) must be sent now. */
  isDue(wakesAt: number): boolean {
    return wakesAt - performance.now() < EARLY_MS;
  }

  /**
   * Wakes `flushable` up in time for text that is due at this time (monotonic clock).
   *
   * @param intervalMs - for how long it joins
   * @returns when the text wakes
   */
  schedule(flushable: Flushable, dueAt: number, intervalMs: number): number {
    const slot = this.#slotFor(dueAt, intervalMs);
    this.wakeAt(flushable, slot);
    return slot;
  }

  /** Wakes `flushable` up at a time that {@link schedule} returned, or when it asked before if that is earlier. */
  wakeAt(flushable: Flushable, at: number): void {
    if (flushable.slot && flushable.slot.at <= at) return;
    this.cancel(flushable);
    const slot = this.#slots.get(at) ?? { at, members: [], size: 0 };
    if (slot.size === 0) this.#slots.set(at, slot);
    slot.members.push(flushable);
    slot.size += 1;
    this.#size += 1;
    flushable.slot = slot;
    if (at < this.#timerSlot) this.#arm(at);
  }

  cancel(flushable: Flushable): void {
    const { slot } = flushable;
    if (!slot) return;
    this.#leave(flushable, slot);
    if (slot.size === 0 && this.#slots.get(slot.at) === slot) this.#slots.delete(slot.at);
    if (this.#slots.size === 0) this.#arm(Number.POSITIVE_INFINITY);
  }

  #leave(flushable: Flushable, slot: FlushSlot): void {
    flushable.slot = undefined;
    slot.size -= 1;
    this.#size -= 1;
  }

  #slotFor(dueAt: number, intervalMs: number): number {
    if (this.slotMs === 0) return dueAt;
    const slotMs = intervalMs < LONG_INTERVAL_MS ? this.slotMs : WIDE_SLOT_MS;
    const last = Math.floor(dueAt / slotMs) * slotMs;
    const share = (this.#size * slotMs) / intervalMs;
    if (this.#sizeOf(last) < Math.max(SMALL_SLOT, share)) return last;
    const earliest = Math.max(performance.now(), dueAt - intervalMs * LARGEST_ADVANCE);
    let smallest = last;
    for (let slot = last - slotMs; slot >= earliest; slot -= slotMs) {
      if (this.#sizeOf(slot) < this.#sizeOf(smallest)) smallest = slot;
    }
    return smallest;
  }

  #sizeOf(slot: number): number {
    return this.#slots.get(slot)?.size ?? 0;
  }

  /** Sets the timer for a slot; infinity for none. */
  #arm(slot: number): void {
    clearTimeout(this.#timer);
    this.#timerSlot = slot;
    this.#timer = undefined;
    if (slot === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    // The slot may have begun already. The shortest delay of a timer is one millisecond.
    const delay = Math.max(1, Math.ceil(slot - now));
    this.#firesAt = now + delay;
    this.#timer = setTimeout(this.#fire, delay);
  }

  readonly #fire = (): void => {
    const now = performance.now();
    this.events?.fired(now - this.#firesAt);
    this.#timerSlot = Number.POSITIVE_INFINITY;
    const due = [...this.#slots.values()].filter(({ at }) => at - now < EARLY_MS);
    for (const { at } of due) this.#slots.delete(at);
    for (const slot of due) this.#wake(slot);
    // Sockets are written at the end of the tick. Other work of this turn must not count.
    const { events } = this;
    if (events && due.length > 0) process.nextTick(() => events.sent(performance.now() - now));
    this.#arm(Math.min(Number.POSITIVE_INFINITY, ...this.#slots.keys()));
  };

  #wake(slot: FlushSlot): void {
    for (const flushable of slot.members) {
      if (flushable.slot !== slot) continue;
      this.#leave(flushable, slot);
      wake(flushable);
    }
    // The slot may be kept until the next major garbage collection, its list need not.
    slot.members.length = 0;
  }
}

/** An error of one is thrown later, so that it does not affect the others in this wake-up. */
function wake(flushable: Flushable): void {
  try {
    flushable.flushDue();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}
