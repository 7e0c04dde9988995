import { StreamingModule } from '@hive-academy/langgraph-streaming';

export function other(StreamingModule: { forRoot(options: object): unknown }) {
  return StreamingModule.forRoot({ websocket: { enabled: true, port: 1 } });
}

export const ours = StreamingModule.forRoot({ gateway: { enabled: true, port: 1 } });
