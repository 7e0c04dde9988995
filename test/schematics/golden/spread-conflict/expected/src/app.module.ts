import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
const base = { websocket: { enabled: true, port: 3000 } };

@Module({
  imports: [StreamingModule.forRoot({ ...base, gateway: { cors: false } })],
})
export class AppModule {}
