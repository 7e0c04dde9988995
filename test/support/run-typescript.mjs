// node --import ./test/support/run-typescript.mjs FILE.ts: a process of its own that runs TypeScript as
// the tests do.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
