import { describe, expect, it } from '@jest/globals';
import { ListEdit } from './list-edit.js';
import { parseSource } from './source-file.js';
import { type ArrayExpression, rangeOf, type Statement } from './syntax.js';

/** Edits the list that a text consists of, and returns the text. */
function edited(
  text: string,
  edit: (list: ListEdit, items: ArrayExpression['elements']) => void,
): string {
  const file = parseSource('/list.ts', text);
  const [statement] = file.program.body as [Extract<Statement, { type: 'ExpressionStatement' }>];
  const array = statement.expression as ArrayExpression;
  const items = array.elements.filter((element) => element !== null);
  const list = new ListEdit(file, rangeOf(array), items, { padding: '' });
  edit(list, items);
  list.flush();
  return file.edits.applyTo(text);
}

describe('appending to a list', () => {
  it.each([
    ['[]', '[x]'],
    ['[a]', '[a, x]'],
    ['[a,]', '[a, x,]'],
    ['[\n  a,\n  b\n]', '[\n  a,\n  b,\n  x\n]'],
    ['[\n  a,\n  b,\n]', '[\n  a,\n  b,\n  x,\n]'],
    ['[\n  a, // why\n]', '[\n  a, // why\n  x,\n]'],
    ['[\n  a // why\n]', '[\n  a, // why\n  x\n]'],
    ['[\r\n\ta,\r\n]', '[\r\n\ta,\r\n\tx,\r\n]'],
    ['[\n  // none yet\n]', '[\n  // none yet\n  x,\n]'],
  ])('turns %j into %j', (text, expected) => {
    expect(edited(text, (list) => list.append('x'))).toBe(expected);
  });

  it('gives a generated block the indentation of the list', () => {
    expect(edited('[\n\ta,\n]', (list) => list.appendBlock('f({\n  b: 1,\n})'))).toBe(
      '[\n\ta,\n\tf({\n\t\tb: 1,\n\t}),\n]',
    );
  });
});

describe('removing from a list', () => {
  it.each([
    ['[a, b, c]', 0, '[b, c]'],
    ['[a, b, c]', 1, '[a, c]'],
    ['[a, b, c]', 2, '[a, b]'],
    ['[a]', 0, '[]'],
    ['[\n  a,\n  b,\n]', 0, '[\n  b,\n]'],
    ['[\n  a,\n  b\n]', 1, '[\n  a\n]'],
    ['[\n  a, // of a\n  b,\n]', 0, '[\n  // of a\n  b,\n]'],
    ['[\n  // above a\n  a,\n  b,\n]', 0, '[\n  // above a\n  b,\n]'],
    ['[a /* of a */, b]', 0, '[/* of a */ b]'],
  ])('of %j its item %j gives %j', (text, index, expected) => {
    const remove = (list: ListEdit, items: ArrayExpression['elements']): void => {
      const item = items[index];
      if (item) list.remove(item);
    };
    expect(edited(text, remove)).toBe(expected);
  });

  it('can replace the last item', () => {
    const replace = (list: ListEdit, [, last]: ArrayExpression['elements']): void => {
      if (last) list.remove(last);
      list.append('x');
    };
    expect(edited('[a, b]', replace)).toBe('[a, x]');
    expect(edited('[\n  a,\n  b\n]', replace)).toBe('[\n  a,\n  x\n]');
  });
});
