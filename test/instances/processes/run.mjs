// The instances of an application as real processes over a real Redis: what each can ask of the others, and
// what viewers see when processes are killed, frozen, restarted, or have another clock.
//
//   node test/instances/processes/run.mjs [SCENARIO…] [--kills 20] [--freeze-ms 6000] [--seed 1]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Application } from './application.mjs';
import { SCENARIOS } from './scenarios.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    'freeze-ms': { type: 'string', default: '6000' },
    seed: { type: 'string', default: '1' },
  },
});
const settings = {
  kills: Number(values.kills),
  freezeMs: Number(values['freeze-ms']),
  seed: Number(values.seed),
};
const unknown = positionals.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}.`);

/** A scenario that hangs has failed. */
const LONGEST_MS = 120_000 + settings.kills * 15_000 + settings.freezeMs;

let failed = 0;
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const began = Date.now();
  const application = await Application.start();
  try {
    const told = await withinTime(scenario(application, settings));
    console.log(`ok     ${name}: ${told} (${Math.round((Date.now() - began) / 1000)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.stack}`);
  } finally {
    await application.stop();
  }
}
process.exit(failed > 0 ? 1 : 0);

async function withinTime(work) {
  const tooLong = sleep(LONGEST_MS, undefined, { ref: false }).then(() => {
    throw new Error(`It is not over after ${LONGEST_MS / 1_000} s.`);
  });
  return Promise.race([work, tooLong]);
}
