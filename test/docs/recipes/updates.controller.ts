// updates.controller.ts
import { Controller, Headers, Inject, NotFoundException, Param, Req, Sse } from '@nestjs/common';
import { mergeMap } from 'rxjs';
import {
  STREAM_LOG,
  StreamingService,
  type Cursor,
  type StreamLog,
} from '@hive-academy/langgraph-streaming';

@Controller('runs')
export class UpdatesController {
  constructor(
    private readonly streaming: StreamingService,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
  ) {}

  @Sse(':id/updates')
  async updates(
    @Param('id') id: string,
    @Req() { user }: { user: { id: string; tenant?: string } },
    @Headers('last-event-id') lastEventId = '',
  ) {
    await this.streaming.opened(id);
    const execution = await this.log.describe({ kind: 'execution', id });
    const owner = execution?.owner;
    if (!execution || owner?.principalId !== user.id || owner.tenant !== user.tenant) {
      throw new NotFoundException();
    }
    let { epoch } = execution;
    let reset: Cursor | undefined;
    const onReset = (cursor: Cursor) => {
      ({ epoch } = reset = cursor);
    };
    const cursor = cursorOf(lastEventId) ?? { epoch, sequence: 0 };
    return this.streaming.observe(id, { cursor, onReset }).pipe(
      mergeMap((update) => {
        // Every event has an id of ours: without one Nest would count for itself.
        const lost = reset ? [{ type: 'reset', id: eventId(reset), data: {} }] : [];
        reset = undefined;
        const sequence = update.metadata?.sequenceNumber ?? 0;
        return [...lost, { id: eventId({ epoch, sequence }), data: update }];
      }),
    );
  }
}

const eventId = ({ epoch, sequence }: Cursor) => `${epoch}:${sequence}`;

function cursorOf(id: string): Cursor | undefined {
  const [, epoch, sequence] = /^(.+):(\d+)$/.exec(id) ?? [];
  return epoch === undefined ? undefined : { epoch, sequence: Number(sequence) };
}
