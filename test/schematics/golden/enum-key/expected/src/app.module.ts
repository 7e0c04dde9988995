import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
enum Key { Websocket = 'websocket', Port = 'port' }

// TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
@Module({ imports: [StreamingModule.forRoot({ [Key.Websocket]: { enabled: true, [Key.Port]: 3000 } })] })
export class AppModule {}
