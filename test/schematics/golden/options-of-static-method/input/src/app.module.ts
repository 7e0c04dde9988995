import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
class Factory { static make() { return { websocket: { enabled: true } }; } }

@Module({ imports: [StreamingModule.forRootAsync({ useFactory: () => Factory.make() })] })
export class AppModule {}
