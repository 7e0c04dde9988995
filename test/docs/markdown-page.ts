import { readFileSync } from 'node:fs';

/** The tables of a Markdown page, by the heading above them and the title of their first column. */
export class MarkdownPage {
  readonly #sections = new Map<string, string[]>();

  constructor(path: string) {
    let section: string[] = [];
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const heading = /^#{1,3} `?([^`]+)`?$/.exec(line)?.[1];
      if (heading !== undefined) this.#sections.set(heading, (section = []));
      section.push(line);
    }
  }

  get headings(): string[] {
    return [...this.#sections.keys()];
  }

  /** The rows of a table as cells without backticks; undefined when the section has none like it. */
  table(heading: string, firstColumn: string): string[][] | undefined {
    const lines = this.#sections.get(heading) ?? [];
    const start = lines.findIndex((line) => cellsOf(line)[0] === firstColumn);
    if (start === -1) return undefined;
    const rest = lines.slice(start + 2);
    const end = rest.findIndex((line) => !line.startsWith('|'));
    return (end === -1 ? rest : rest.slice(0, end)).map(cellsOf);
  }
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}
