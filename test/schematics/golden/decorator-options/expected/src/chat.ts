import { StreamAll, StreamEvent as Event, StreamToken } from '@hive-academy/langgraph-streaming';

export class Chat {
  // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
  @StreamToken({ format: 'text', streamingDelay: 25, errorStrategy: 'continue' })
  async answer(): Promise<void> {}

  @Event({
    bufferSize: 100,
    // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
    batchSize: 10,
  })
  async note(): Promise<void> {}

  // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
  @StreamAll({ token: { batchSize: 5, streamingDelay: 5 }, event: { batchSize: 5 } })
  async all(): Promise<void> {}
}
