import { StreamingService } from '@hive-academy/langgraph-streaming';
import { Injectable } from '@nestjs/common';

/** The room in which supervisors learn what waits for them. */
export const APPROVALS = 'approvals';

/** What waits for a supervisor. */
export interface ApprovalRequest {
  readonly threadId: string;
  readonly traveller: string;
  readonly question: string;
}

/** Tells supervisors which conversations wait for them. */
@Injectable()
export class Approvals {
  constructor(private readonly streaming: StreamingService) {}

  /** A conversation has one message in the room: a later question takes the place of the earlier. */
  async announce({ threadId, traveller, question }: ApprovalRequest): Promise<void> {
    const data = { id: threadId, role: 'traveller', name: traveller, content: question };
    await this.streaming.publish(APPROVALS, 'messages', data);
  }
}
