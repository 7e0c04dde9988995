import { describe, expect, it } from '@jest/globals';
import { ImportEditor } from './imports.js';
import { parseSource } from './source-file.js';

/** Imports `names` of `'pkg'` in a file; the first line of the result is how they are called. */
function imported(
  path: string,
  text: string,
  ...names: readonly string[]
): [local: string, text: string] {
  const file = parseSource(path, text);
  const editor = new ImportEditor(file);
  const locals = names.map((name) => editor.ensure('pkg', name)).join(' ');
  editor.flush();
  return [locals, file.edits.applyTo(text)];
}

describe('importing a name', () => {
  it.each([
    [
      'joins the names that are imported',
      '/a.ts',
      "import { A } from 'pkg';\n",
      "import { A, X } from 'pkg';\n",
      'X',
    ],
    [
      'uses what is imported',
      '/a.ts',
      "import { X as Y } from 'pkg';\n",
      "import { X as Y } from 'pkg';\n",
      'Y',
    ],
    [
      'goes through a namespace',
      '/a.ts',
      "import * as pkg from 'pkg';\n",
      "import * as pkg from 'pkg';\n",
      'pkg.X',
    ],
    [
      'does not join types',
      '/a.ts',
      "import type { A } from 'pkg';\n",
      "import type { A } from 'pkg';\nimport { X } from 'pkg';\n",
      'X',
    ],
    [
      'keeps quotes and leaves out semicolons',
      '/a.ts',
      'import { A } from "b"\n',
      'import { A } from "b"\nimport { X } from "pkg"\n',
      'X',
    ],
    [
      'follows the other imports',
      '/a.ts',
      "import 'b'; // first\n\nrun();\n",
      "import 'b'; // first\nimport { X } from 'pkg';\n\nrun();\n",
      'X',
    ],
    [
      'avoids a name that is taken',
      '/a.ts',
      "import { A } from 'pkg';\nclass X {}\n",
      "import { A, X as StreamingX } from 'pkg';\nclass X {}\n",
      'StreamingX',
    ],
    [
      'joins what is required',
      '/a.js',
      "const { A } = require('pkg');\n",
      "const { A, X } = require('pkg');\n",
      'X',
    ],
    [
      'goes through a required module',
      '/a.js',
      "const pkg = require('pkg');\n",
      "const pkg = require('pkg');\n",
      'pkg.X',
    ],
    [
      'requires where others are required',
      '/a.js',
      "const b = require('b');\n",
      "const b = require('b');\nconst { X } = require('pkg');\n",
      'X',
    ],
    [
      'stays behind directives',
      '/a.cjs',
      "'use strict';\nrun();\n",
      "'use strict';\nconst { X } = require('pkg');\nrun();\n",
      'X',
    ],
    [
      'opens a file that imports nothing',
      '/a.ts',
      'run();\n',
      "import { X } from 'pkg';\nrun();\n",
      'X',
    ],
  ])('%s', (_, path, text, expected, local) => {
    expect(imported(path, text, 'X')).toEqual([local, expected]);
  });

  it('adds several names by one statement', () => {
    expect(imported('/a.ts', "import { A } from 'pkg';\n", 'X', 'Y', 'X')).toEqual([
      'X Y X',
      "import { A, X, Y } from 'pkg';\n",
    ]);
  });
});
