import { Inject, Injectable } from '@nestjs/common';
import { type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

@Injectable()
export class ChatService {
  private readonly port: number;
  #given: StreamingModuleOptions;

  constructor(
    @Inject('STREAMING_OPTIONS') private readonly options: StreamingModuleOptions,
    @Inject('STREAMING_OPTIONS') { defaultBufferSize: size = 50, gateway }: any,
    @Inject('OTHER_OPTIONS') private readonly other: { websocket: { port: number } },
  ) {
    this.port = options.websocket?.port ?? size;
    this.#given = options;
    if (gateway?.auth?.required) this.check();
  }

  url(): string {
    const { websocket, log } = this.options;
    return `ws://localhost:${websocket?.port}${this.options.gateway?.websocket?.namespace}${log}`;
  }

  limits(): unknown[] {
    const own = (this.#given ?? {}).gateway;
    return [own?.rateLimit?.max, own?.maxConnections, this.other.websocket.port, this.port];
  }

  private check(options = { websocket: 1 }): number {
    return options.websocket;
  }
}
