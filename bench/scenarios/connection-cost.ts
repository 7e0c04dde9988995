import type { VariantName } from '../variants/index.js';
import { MeasuredServer, startLoad } from './measured-server.js';
import { figureOf, type Scenario } from './result.js';

const NAME = 'a connection: accepted, authenticated, subscribed';
const NEST = 'Nest gateway, rooms';
const CONNECTIONS = 1_000;

/** Its code is compiled before it is measured. */
const WARM_UP = 300;

/** What it costs a server that a viewer connects and subscribes. */
export const connectionCost: Scenario = {
  name: NAME,
  run: async ({ cycles, scale }) => {
    const [library, nest]: [number[], number[]] = [[], []];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      library.push(await costPerConnection('library', scale));
      nest.push(await costPerConnection(NEST, scale));
    }
    const ratios = library.map((cost, cycle) => cost / (nest[cycle] ?? Number.NaN));
    const row = { scenario: NAME, unit: 'ms' };
    return [
      { ...row, metric: 'CPU time, library', figure: figureOf(library) },
      { ...row, metric: `CPU time, ${NEST}`, figure: figureOf(nest) },
      {
        ...row,
        metric: `CPU time, against ${NEST}`,
        figure: figureOf(ratios),
        unit: '×',
        goal: { atMost: 1.3 },
      },
    ];
  },
};

/** @returns CPU time of the server for each connection, in milliseconds */
async function costPerConnection(name: VariantName, scale: number): Promise<number> {
  const load = startLoad();
  const server = await MeasuredServer.start(name);
  const connect = async (runs: number): Promise<number> => {
    const workload = { runs, viewersPerRun: 1, tokensPerRun: 0 };
    const group = await server.open(workload);
    // The runs leave garbage, which is not what is measured.
    await server.process.call('memory');
    await server.process.call('beginMeasure');
    await server.connect(load, group, workload);
    const { cpuMs } = await server.process.call('endMeasure');
    await server.process.call('close', { group });
    await load.call('disconnect');
    return cpuMs / runs;
  };
  try {
    await connect(Math.ceil(WARM_UP * scale));
    return await connect(Math.ceil(CONNECTIONS * scale));
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}
