import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';

export class Listener {
  constructor(private readonly events: EventEmitter2) {}

  @OnEvent('workflow.token.*')
  onToken(): void {}

  @OnEvent('order.created')
  onOrder(): void {}

  @OnEvent('user.input.*')
  onInput(): void {}

  start(id: string): void {
    this.events.on('token.batch.processed', () => this.onToken());
    this.events.emit(`workflow.stream.${id}`, {});
    this.events.emit('order.created', {});
    this.events.emit('user.input.received', {});
  }
}
