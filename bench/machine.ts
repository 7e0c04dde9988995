import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** How long the machine is watched before a measurement, in milliseconds. */
const WATCH_MS = 3_000;

/** A machine is quiet while other processes use less than this share of one core. */
const QUIET = 0.2;

/** A tick of the kernel's accounts, in milliseconds. */
const TICK_MS = 10;

/** How busy the machine is without the benchmark. */
export interface MachineLoad {
  readonly cores: number;
  /** How many cores others keep busy. */
  readonly busyCores: number;
  readonly isQuiet: boolean;
}

/** Watches the machine for some seconds in which the benchmark does nothing. */
export async function machineLoad(): Promise<MachineLoad> {
  const before = busyMs();
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const busyCores = (busyMs() - before) / (performance.now() - startedAt);
  return { cores: availableParallelism(), busyCores, isQuiet: busyCores < QUIET };
}

function busyMs(): number {
  return cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
}

/**
 * For how long the host of a virtual machine let its cores wait, in milliseconds since it was started; 0
 * where that is not known. A stall of the host looks like one of the server.
 */
export function stolenMs(): number {
  if (process.platform !== 'linux') return 0;
  const [, , , , , , , , stolen = 0] = readFileSync('/proc/stat', 'utf8').split(/\s+/).map(Number);
  return stolen * TICK_MS;
}
