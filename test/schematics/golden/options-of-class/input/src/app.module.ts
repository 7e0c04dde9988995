import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
class Config { static readonly options = { websocket: { enabled: true, port: 3000 } }; }

@Module({ imports: [StreamingModule.forRoot(Config.options)] })
export class AppModule {}
