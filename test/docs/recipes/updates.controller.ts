// updates.controller.ts
import { Controller, Headers, Inject, NotFoundException, Param, Req, Sse } from '@nestjs/common';
import { map } from 'rxjs';
import { STREAM_LOG, StreamingService, type StreamLog } from '@hive-academy/langgraph-streaming';

@Controller('runs')
export class UpdatesController {
  constructor(
    private readonly streaming: StreamingService,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
  ) {}

  @Sse(':id/updates')
  async updates(
    @Param('id') id: string,
    @Req() { user }: { user: { id: string } },
    @Headers('last-event-id') lastEventId = '0',
  ) {
    const execution = await this.log.describe({ kind: 'execution', id });
    if (execution?.owner?.principalId !== user.id) throw new NotFoundException();
    const { epoch } = execution;
    const sequence = Number.parseInt(lastEventId, 10) || 0;
    return this.streaming
      .observe(id, { cursor: { epoch, sequence } })
      .pipe(map((update) => ({ id: `${update.metadata?.sequenceNumber}`, data: update })));
  }
}
