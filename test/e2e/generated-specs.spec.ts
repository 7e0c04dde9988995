import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { GENERATED, loadGenerated } from './support/load-generated.js';

// The generated specs register their own tests here.
for (const application of readdirSync(GENERATED)) {
  describe(`generated in ${application}:`, () => {
    const files = readdirSync(join(GENERATED, application), { recursive: true, encoding: 'utf8' });
    for (const file of files.sort())
      if (/\.spec\.[jt]s$/.test(file)) loadGenerated(join(GENERATED, application, file));
  });
}
