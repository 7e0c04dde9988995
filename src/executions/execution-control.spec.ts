import { describe, expect, it } from '@jest/globals';
import { HeldLog } from '../../test/support/held-log.js';
import { smallRegistry } from '../../test/support/small-registry.js';

describe('an execution that was cancelled while the log is slow', () => {
  it('stays with its instance if it is cancelled again, and is cancelled once', async () => {
    let isHeld = false;
    const log = new HeldLog(() => isHeld);
    const { executions, streaming } = smallRegistry(log);
    const { done } = await streaming.start(() => new Promise(() => undefined), {
      executionId: 'run',
    });
    isHeld = true;
    for (const reason of ['first', 'second'])
      await expect(streaming.cancel('run', reason)).rejects.toMatchObject({
        code: 'LOG_UNAVAILABLE',
      });
    log.release();
    expect(await done).toEqual({ state: 'cancelled', reason: 'first' });
    await expect(streaming.cancel('run')).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
    await executions.close();
  }, 20_000);
});
