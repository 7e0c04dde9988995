import { isRecord } from '../../common/is-record.js';
import type { SdkItem } from './sdk-reader.js';

/** How much text waits until its lines show the format. */
const MAX_UNDECIDED = 8_192;

/** Lines of server-sent events that carry no data. */
const WITHOUT_DATA = /^(:.*|(event|id|retry):.*|\s*)$/;

/** The beginnings of lines that have an object, or that come before such a line. */
const BEGINNINGS = ['{', ':', 'data:', 'event:', 'id:', 'retry:'] as const;

type Kind = 'unknown' | 'text' | 'events' | 'json';

/** The result of reading text. */
export interface ReadLines {
  /** Plain text. */
  readonly text: string;
  /** The objects of its lines. */
  readonly items: readonly SdkItem[];
}

/**
 * Reads the text of a body as objects: server-sent events, or one line of JSON for each object. Any other
 * text stays text.
 */
export class LineReader {
  #kind: Kind = 'unknown';
  #rest = '';
  /** The data of a server-sent event that has not ended. */
  #data: string[] = [];

  /** @param isKnown - whether an object is an item of an SDK's stream */
  constructor(private readonly isKnown: (item: SdkItem) => boolean) {}

  read(text: string): ReadLines {
    if (this.#kind === 'text') return { text, items: [] };
    this.#rest += text;
    if (this.#kind === 'unknown') this.#kind = this.#decided();
    if (this.#kind === 'text') return this.#release();
    return this.#kind === 'unknown' ? { text: '', items: [] } : { text: '', items: this.#items() };
  }

  /** The text that still waits for the end of its line when the body ends. */
  end(): ReadLines {
    const text = this.#rest;
    this.#rest += '\n\n';
    if (this.#kind === 'unknown') this.#kind = this.#decided();
    if (this.#kind === 'events' || this.#kind === 'json') return { text: '', items: this.#items() };
    this.#rest = '';
    return { text, items: [] };
  }

  #release(): ReadLines {
    const text = this.#rest;
    this.#rest = '';
    return { text, items: [] };
  }

  #decided(): Kind {
    const lines = linesOf(this.#rest);
    const last = lines.pop() ?? '';
    const begin = lines.findIndex((line) => !WITHOUT_DATA.test(line));
    const decided = begin < 0 ? undefined : this.#kindOf(lines.slice(begin));
    if (decided) return decided;
    const mayBecome = begin >= 0 || mayCarry(last);
    return mayBecome && this.#rest.length <= MAX_UNDECIDED ? 'unknown' : 'text';
  }

  /** @returns undefined while the first event has not ended and may still have a known form */
  #kindOf(lines: readonly string[]): Kind | undefined {
    const [first = ''] = lines;
    if (dataOf(first) === undefined) return this.#isItem(first) ? 'json' : 'text';
    const end = lines.findIndex((line) => line === '');
    const data = lines.slice(0, end < 0 ? undefined : end).map((line) => dataOf(line) ?? '');
    if (this.#isItem(data.join('\n'))) return 'events';
    return end < 0 && data[0]?.trimStart().startsWith('{') ? undefined : 'text';
  }

  #isItem(json: string): boolean {
    const item = parse(json);
    return item !== undefined && this.isKnown(item);
  }

  #items(): SdkItem[] {
    const lines = linesOf(this.#rest);
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => this.#itemOf(line)).filter((item) => item !== undefined);
  }

  /** The object that ends with a line. */
  #itemOf(line: string): SdkItem | undefined {
    if (this.#kind === 'json') return parse(line);
    const data = dataOf(line);
    if (data !== undefined) this.#data.push(data);
    if (line !== '') return undefined;
    const json = this.#data.join('\n');
    this.#data = [];
    return parse(json);
  }
}

/** Splits text into lines as server-sent events do. A byte order mark is removed. */
function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
}

/** The data in a line of a server-sent event. */
function dataOf(line: string): string | undefined {
  return line.startsWith('data:') ? line.slice('data:'.length) : undefined;
}

/** Whether an incomplete line may still become a line with an object. */
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
