import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


@Module({ imports: [StreamingModule.forFeature({ websocket: { enabled: true } })] })
export class AppModule {}
