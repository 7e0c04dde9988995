import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
enum Key { Websocket = 'websocket', Port = 'port' }

@Module({ imports: [StreamingModule.forRoot({ [Key.Websocket]: { enabled: true, [Key.Port]: 3000 } })] })
export class AppModule {}
