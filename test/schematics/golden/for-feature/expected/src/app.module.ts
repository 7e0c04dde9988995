import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: `forFeature`: configure the module with `forRoot`, once
@Module({ imports: [StreamingModule.forFeature({ websocket: { enabled: true } })] })
export class AppModule {}
