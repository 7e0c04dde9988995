import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';

export class Listener {
  constructor(private readonly events: EventEmitter2) {}

  // TODO(@hive-academy/langgraph-streaming): REMOVED_EVENT: 'workflow.token.*'
  @OnEvent('workflow.token.*')
  onToken(): void {}

  @OnEvent('order.created')
  onOrder(): void {}

  @OnEvent('user.input.*')
  onInput(): void {}

  start(id: string): void {
    // TODO(@hive-academy/langgraph-streaming): REMOVED_EVENT: 'token.batch.processed'
    this.events.on('token.batch.processed', () => this.onToken());
    // TODO(@hive-academy/langgraph-streaming): REMOVED_EVENT: 'workflow.stream.'
    this.events.emit(`workflow.stream.${id}`, {});
    this.events.emit('order.created', {});
    this.events.emit('user.input.received', {});
  }
}
