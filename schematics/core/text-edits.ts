import type { Tree } from '@angular-devkit/schematics';

interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits of one text, all at offsets of the original, applied together. */
export class TextEdits {
  private readonly edits: TextEdit[] = [];

  get empty(): boolean {
    return this.edits.length === 0;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  remove(start: number, end: number): void {
    this.replace(start, end, '');
  }

  replace(start: number, end: number, text: string): void {
    if (start !== end || text !== '') this.edits.push({ start, end, text });
  }

  /** Whether what stands on both sides of an offset is replaced. */
  isInside(offset: number): boolean {
    return this.edits.some(({ start, end }) => start < offset && offset < end);
  }

  /** What a text becomes. */
  applyTo(text: string): string {
    const sorted = this.edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
    let result = '';
    let offset = 0;
    for (const edit of sorted) {
      result += text.slice(offset, Math.max(edit.start, offset)) + edit.text;
      offset = Math.max(offset, edit.end);
    }
    return result + text.slice(offset);
  }

  /** Writes the edits through the tree's recorder, so that a BOM and everything untouched stay. */
  commit(tree: Tree, path: string): void {
    if (this.empty) return;
    const recorder = tree.beginUpdate(path);
    // Removing after inserting would drop what was inserted at the start of the removed range.
    for (const { start, end } of this.edits) if (end > start) recorder.remove(start, end - start);
    const insertions = this.edits.filter(({ text }) => text !== '');
    insertions.sort((a, b) => a.start - b.start);
    for (const { start, text } of insertions) recorder.insertLeft(start, text);
    tree.commitUpdate(recorder);
  }
}
