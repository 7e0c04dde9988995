import { Inject, Injectable } from '@nestjs/common';
import { STREAMING_OPTIONS } from '@hive-academy/langgraph-streaming';

@Injectable()
export class ChatService {
  constructor(
    @Inject('TOKEN_STREAMING_SERVICE_TOKEN') private readonly tokens: object,
    @Inject(STREAMING_OPTIONS) private readonly options: object,
    @Inject('OUR_OWN') private readonly own: object,
  ) {}
}

export const provider = { provide: 'X', inject: ['IStreamingService'], useFactory: () => 1 };
