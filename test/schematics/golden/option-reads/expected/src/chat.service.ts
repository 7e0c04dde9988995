import { Inject, Injectable } from '@nestjs/common';
import { type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

@Injectable()
export class ChatService {
  private readonly port: number;
  #given: StreamingModuleOptions;

  constructor(
    @Inject('STREAMING_OPTIONS') private readonly options: StreamingModuleOptions,
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `defaultBufferSize` is `log.maxEntries` now
    @Inject('STREAMING_OPTIONS') { defaultBufferSize: size = 50, gateway }: any,
    @Inject('OTHER_OPTIONS') private readonly other: { websocket: { port: number } },
  ) {
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
    this.port = options.websocket?.port ?? size;
    this.#given = options;
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `gateway.auth.required` is `gateway.authentication` now
    if (gateway?.auth?.required) this.check();
  }

  url(): string {
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket` is `gateway` now
    const { websocket, log } = this.options;
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `gateway.websocket.namespace` is `gateway.namespace` now
    return `ws://localhost:${websocket?.port}${this.options.gateway?.websocket?.namespace}${log}`;
  }

  limits(): unknown[] {
    const own = (this.#given ?? {}).gateway;
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `gateway.rateLimit.max` is `gateway.rateLimit.maxMessages` now
    return [own?.rateLimit?.max, own?.maxConnections, this.other.websocket.port, this.port];
  }

  private check(options = { websocket: 1 }): number {
    return options.websocket;
  }
}
