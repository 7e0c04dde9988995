import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({ imports: [StreamingModule.forRoot({ defaultBufferSize: 50 })] })
export class ChatModule {}
