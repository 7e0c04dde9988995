import { Inject } from '@nestjs/common';

export class Chat {
  constructor(@Inject('STREAMING_OPTIONS') private readonly options: any) {}

  port(): number {
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
    return this.options.websocket.port;
  }
}
