import type { VariantName } from '../variants/index.js';
import { MeasuredServer, startLoad } from './measured-server.js';
import { figureOf, type Scenario } from './result.js';

const CONNECTIONS = 3_000;

/** Memory of a connection that is authenticated and does nothing. */
export const idleMemory: Scenario = {
  name: 'idle authenticated connections',
  run: async ({ cycles, scale }) => {
    const connections = Math.max(500, Math.round(CONNECTIONS * scale));
    const ratios: number[] = [];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const library = await bytesPerConnection('library', connections);
      ratios.push(library / (await bytesPerConnection('Nest gateway, rooms', connections)));
    }
    return [
      {
        scenario: 'idle authenticated connections',
        metric: 'RSS per connection, against Nest gateway, rooms',
        figure: figureOf(ratios),
        unit: '×',
        goal: { atMost: 1.05 },
      },
    ];
  },
};

async function bytesPerConnection(name: VariantName, count: number): Promise<number> {
  const load = startLoad();
  const server = await MeasuredServer.start(name);
  try {
    const { viewer: kind, port } = server;
    // What the first connections cost once for all is not counted.
    await load.call('connectIdle', { kind, port, count: 200 });
    const before = await server.process.call('memory');
    await load.call('connectIdle', { kind, port, count });
    const after = await server.process.call('memory');
    return (after.rss - before.rss) / count;
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}
