import { Base } from './base';

export class Chat extends Base {
  ports(): unknown[] {
    return [
      // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
      this.options.websocket?.port,
      // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
      this.settings.websocket?.port,
      // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `defaultBufferSize` is `log.maxEntries` now
      this.given().defaultBufferSize,
      this.given().gateway?.port,
    ];
  }
}
