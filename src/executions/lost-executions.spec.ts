import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { settled } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { HOLDS_NOTHING } from '../cluster/held-executions.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import { AbandonedEvents } from './abandoned-events.js';
import { LostExecutions } from './lost-executions.js';
import { WaitingExecutions } from './waiting-executions.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('what a dead instance held', () => {
  it('is given up name by name, except a name that cannot be handled yet', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const log = new MemoryStreamLog(WIDE_BOUNDS);
    const { executions } = smallRegistry(log);
    const events = new AbandonedEvents();
    events.onHeld(async (name) => {
      if (name === 'name-0') throw new Error('not yet');
    });
    const released: string[] = [];
    const context = { log, holds: HOLDS_NOTHING, producer: 'here', events };
    const lost = new LostExecutions(
      context,
      executions,
      new WaitingExecutions(context),
      async (name) => void released.push(name),
    );
    const names = Array.from({ length: 250 }, (_, index) => `name-${index}`);
    lost.onDead('dead', names);
    await settled();
    expect(released).toEqual(names.slice(1));
    expect(warned.mock.calls).toHaveLength(1);
    await log.close();
  });
});
