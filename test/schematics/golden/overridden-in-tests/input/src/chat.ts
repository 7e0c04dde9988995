import { Inject } from '@nestjs/common';

export class Chat {
  constructor(@Inject('STREAMING_OPTIONS') private readonly options: any) {}

  port(): number {
    return this.options.websocket.port;
  }
}
