import { Inject, Injectable } from '@nestjs/common';
import { STREAMING_OPTIONS } from '@hive-academy/langgraph-streaming';

@Injectable()
export class ChatService {
  constructor(
    // TODO(@hive-academy/langgraph-streaming): REMOVED_TOKEN: 'TOKEN_STREAMING_SERVICE_TOKEN': inject `TokenStreamingService`
    @Inject('TOKEN_STREAMING_SERVICE_TOKEN') private readonly tokens: object,
    @Inject(STREAMING_OPTIONS) private readonly options: object,
    @Inject('OUR_OWN') private readonly own: object,
  ) {}
}

// TODO(@hive-academy/langgraph-streaming): REMOVED_TOKEN: 'IStreamingService': inject `StreamingService`
export const provider = { provide: 'X', inject: ['IStreamingService'], useFactory: () => 1 };
