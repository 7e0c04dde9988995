import * as streaming from '@hive-academy/langgraph-streaming';

export class LiveModule extends streaming.StreamingModule {}
