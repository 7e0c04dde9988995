// What attacks on agents and threads are made of.
import { tokenOf } from './attacker.mjs';

export const SMALL = { agents: { maxInputBytes: 4_096, maxInputDepth: 8 } };
export const says = (content) => ({ messages: [{ role: 'user', content }] });
export const run = (more = {}) => ({ agent: 'chat', input: says('Hi'), ...more });
export const deep = (depth) => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
export const isOk = (answer) => answer?.startsWith('{"ok":true') === true;
let names = 0;

/** What only alice knows: of her thread, of the runs that are active, and of the one that may be watched. */
export const known = { checkpointId: '', asks: '', holds: '', shared: '' };

export async function prepare(attacker) {
  const read = async (who, threadId, field) => {
    const raw = await attacker.join(await tokenOf(who));
    attacker.read = '';
    await attacker.event(raw, 'get_thread', { threadId }, 1);
    return new RegExp(`"${field}":"([^"]+)"`).exec(attacker.read)?.[1];
  };
  known.checkpointId = await read('alice', 'alice-thread', 'checkpointId');
  known.asks = await read('alice', 'alice-asks', 'executionId');
  known.holds = await read('alice', 'alice-holds', 'executionId');
  known.shared = await read('sharer', 'shared', 'executionId');
  attacker.leave();
  const missing = Object.keys(known).filter((key) => known[key] === undefined);
  if (missing.length > 0) throw new Error(`There is nothing to attack: ${missing.join()}`);
}

/** Joins as somebody, with a name of its own by default. */
export async function joined(attacker, who = `mallory-${(names += 1)}`, claims = {}) {
  attacker.read = '';
  const raw = await attacker.join(await tokenOf(who, claims));
  if (!raw) throw new Error('a good token is refused');
  let id = 0;
  return {
    raw,
    ask: (event, payload) => attacker.event(raw, event, payload, (id += 1)),
    /** Sends without waiting. */
    send: (event, payload) =>
      raw.send(`42/streaming,${(id += 1)}${JSON.stringify([event, payload])}`),
  };
}

/** Gets in if one of these is accepted, or if the secret is read. */
export const refusedTo = (name, requests, { who, claims } = {}) => ({
  name,
  run: async (attacker) => {
    const { ask } = await joined(attacker, who, claims);
    for (const [event, payload] of requests()) if (isOk(await ask(event, payload))) return true;
    return false;
  },
});

/** Gets in if the secret is read: the answer may be a good one. */
export const tellsNothing = (name, requests) => ({
  name,
  run: async (attacker) => {
    const { ask } = await joined(attacker);
    for (const [event, payload] of requests()) await ask(event, payload);
    await attacker.answered(/"type":"workflow:(end|error)"/, 1_000);
    return false;
  },
});

/** A thread that nobody else has. */
export const ownThread = () => `own-${(names += 1)}`;
