// answer.service.ts
import { Injectable } from '@nestjs/common';
import { StreamAll } from '@hive-academy/langgraph-streaming';

@Injectable()
export class AnswerService {
  @StreamAll()
  async *answer(question: string) {
    yield* ['You asked: ', question];
  }
}
