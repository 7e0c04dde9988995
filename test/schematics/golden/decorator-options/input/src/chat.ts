import { StreamAll, StreamEvent as Event, StreamToken } from '@hive-academy/langgraph-streaming';

export class Chat {
  @StreamToken({ format: 'text', streamingDelay: 25, errorStrategy: 'continue' })
  async answer(): Promise<void> {}

  @Event({
    bufferSize: 100,
    batchSize: 10,
  })
  async note(): Promise<void> {}

  @StreamAll({ token: { batchSize: 5, streamingDelay: 5 }, event: { batchSize: 5 } })
  async all(): Promise<void> {}
}
