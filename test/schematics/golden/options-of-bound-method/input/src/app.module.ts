import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
class Factory { make() { return { websocket: { enabled: true } }; } }
const f = new Factory();

@Module({ imports: [StreamingModule.forRootAsync({ useFactory: f.make })] })
export class AppModule {}
