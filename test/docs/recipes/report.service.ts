// report.service.ts
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { StreamingService } from '@hive-academy/langgraph-streaming';

const CHAPTERS = ['Summary', 'Numbers', 'Outlook'];

@Injectable()
export class ReportService {
  constructor(private readonly streaming: StreamingService) {}

  write(userId: string) {
    return this.streaming.run(
      async ({ signal, token, progress }) => {
        for (const [index, chapter] of CHAPTERS.entries()) {
          token(`${chapter}\n`);
          progress(((index + 1) / CHAPTERS.length) * 100, chapter);
          // With the signal, the wait ends immediately if the report is cancelled.
          await wait(1000, undefined, { signal });
        }
      },
      { owner: { principalId: userId } },
    );
  }
}
