import { isRecord } from '../../common/is-record.js';
import type { SdkItem } from './sdk-reader.js';

/** How much text is held back until its lines tell what it is. */
const MAX_UNDECIDED = 8_192;

/** Lines of server-sent events that carry no data. */
const WITHOUT_DATA = /^(:.*|(event|id|retry):.*|\s*)$/;

/** How lines begin that carry an object, or go before one that does. */
const BEGINNINGS = ['{', ':', 'data:', 'event:', 'id:', 'retry:'] as const;

type Kind = 'unknown' | 'text' | 'events' | 'json';

/** What text turned out to be. */
export interface ReadLines {
  /** Text as it is. */
  readonly text: string;
  /** The objects of its lines. */
  readonly items: readonly SdkItem[];
}

/**
 * Reads the text of a body as the objects that it carries: server-sent events, or a line of JSON for each.
 * Any other text stays text.
 */
export class LineReader {
  #kind: Kind = 'unknown';
  #rest = '';

  /** @param isKnown - whether an object is an item of an SDK's stream */
  constructor(private readonly isKnown: (item: SdkItem) => boolean) {}

  read(text: string): ReadLines {
    if (this.#kind === 'text') return { text, items: [] };
    this.#rest += text;
    if (this.#kind === 'unknown') this.#kind = this.#decided();
    if (this.#kind === 'text') return this.#release();
    return this.#kind === 'unknown' ? { text: '', items: [] } : { text: '', items: this.#items() };
  }

  /** What waits for the end of its line when the text is over. */
  end(): ReadLines {
    if (this.#kind === 'unknown') return this.#release();
    const item = this.#itemOf(this.#rest);
    this.#rest = '';
    return { text: '', items: item ? [item] : [] };
  }

  #release(): ReadLines {
    const text = this.#rest;
    this.#rest = '';
    return { text, items: [] };
  }

  #decided(): Kind {
    const lines = this.#rest.split('\n');
    const last = lines.pop() ?? '';
    const first = lines.find((line) => !WITHOUT_DATA.test(line));
    if (first !== undefined) return this.#kindOf(first);
    return mayCarry(last) && this.#rest.length <= MAX_UNDECIDED ? 'unknown' : 'text';
  }

  #kindOf(line: string): Kind {
    const kind = line.startsWith('data:') ? 'events' : 'json';
    const item = parse(kind === 'events' ? line.slice('data:'.length) : line);
    return item && this.isKnown(item) ? kind : 'text';
  }

  #items(): SdkItem[] {
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => this.#itemOf(line)).filter((item) => item !== undefined);
  }

  #itemOf(line: string): SdkItem | undefined {
    const text = line.trim();
    if (this.#kind === 'json') return parse(text);
    return text.startsWith('data:') ? parse(text.slice('data:'.length)) : undefined;
  }
}

/** Whether a line that is not whole may still turn out to carry an object. */
function mayCarry(line: string): boolean {
  const begun = line.trimStart();
  return BEGINNINGS.some((beginning) => beginning.startsWith(begun) || begun.startsWith(beginning));
}

function parse(json: string): SdkItem | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
