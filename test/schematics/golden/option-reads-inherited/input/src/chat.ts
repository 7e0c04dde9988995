import { Base } from './base';

export class Chat extends Base {
  ports(): unknown[] {
    return [
      this.options.websocket?.port,
      this.settings.websocket?.port,
      this.given().defaultBufferSize,
      this.given().gateway?.port,
    ];
  }
}
