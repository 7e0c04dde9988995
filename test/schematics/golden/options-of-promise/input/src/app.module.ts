import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


@Module({ imports: [StreamingModule.forRootAsync({ useFactory: () => Promise.resolve({ websocket: { enabled: true } }) })] })
export class AppModule {}
