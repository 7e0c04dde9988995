/** An object with text to send at a time. */
export interface Flushable {
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

/** How many milliseconds early a timer may fire. Another turn would cost more. */
const EARLY_MS = 1;

/**
 * Wakes everything that is due at about the same time in one turn of the event loop, with one timer, because
 * a wake-up costs more than sending. Nothing is woken later than requested, and at most one slot earlier. At
 * a steady pace only the first wake-up is early: text that was sent at the beginning of a slot is due at the
 * beginning of another slot.
 */
export class FlushClock {
  readonly #slots = new Map<number, Set<Flushable>>();
  readonly #slotOf = new Map<Flushable, number>();
  #timer: NodeJS.Timeout | undefined;
  #timerSlot = Number.POSITIVE_INFINITY;
  /** When the timer fires if nothing delays it. */
  #firesAt = Number.POSITIVE_INFINITY;

  /** @param slotMs - slot width in ms for short intervals; 0 wakes up everything at its own time */
  constructor(
    private readonly events?: FlushClockEvents,
    private readonly slotMs = DEFAULT_SLOT_MS,
  ) {}

  /**
   * Whether text that is due at this time (monotonic clock) must be sent now.
   *
   * @param intervalMs - for how long it is joined
   */
  isDue(dueAt: number, intervalMs: number): boolean {
    return this.#slotAt(dueAt, intervalMs) - performance.now() < EARLY_MS;
  }

  /**
   * Wakes `flushable` up at this time, or when it asked before if that is earlier.
   *
   * @param intervalMs - for how long it joins
   */
  schedule(flushable: Flushable, dueAt: number, intervalMs: number): void {
    const slot = this.#slotAt(dueAt, intervalMs);
    if ((this.#slotOf.get(flushable) ?? Number.POSITIVE_INFINITY) <= slot) return;
    this.cancel(flushable);
    this.#slotOf.set(flushable, slot);
    const members = this.#slots.get(slot);
    if (members) members.add(flushable);
    else this.#slots.set(slot, new Set([flushable]));
    if (slot < this.#timerSlot) this.#arm(slot);
  }

  cancel(flushable: Flushable): void {
    const slot = this.#slotOf.get(flushable);
    if (slot === undefined) return;
    this.#slotOf.delete(flushable);
    const members = this.#slots.get(slot);
    members?.delete(flushable);
    if (members?.size === 0) this.#slots.delete(slot);
    if (this.#slots.size === 0) this.#arm(Number.POSITIVE_INFINITY);
  }

  #slotAt(dueAt: number, intervalMs: number): number {
    if (this.slotMs === 0) return dueAt;
    const slotMs = intervalMs < LONG_INTERVAL_MS ? this.slotMs : WIDE_SLOT_MS;
    return Math.floor(dueAt / slotMs) * slotMs;
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
    const due = [...this.#slots].filter(([slot]) => slot - now < EARLY_MS);
    for (const [slot, members] of due) {
      this.#slots.delete(slot);
      for (const flushable of members) this.#slotOf.delete(flushable);
    }
    for (const [, members] of due) for (const flushable of members) wake(flushable);
    // Sockets are written at the end of the tick. Other work of this turn must not count.
    const { events } = this;
    if (events && due.length > 0) process.nextTick(() => events.sent(performance.now() - now));
    this.#arm(Math.min(Number.POSITIVE_INFINITY, ...this.#slots.keys()));
  };
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
