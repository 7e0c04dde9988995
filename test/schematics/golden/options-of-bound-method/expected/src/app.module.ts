import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
class Factory { make() { return { websocket: { enabled: true } }; } }
const f = new Factory();

// TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
@Module({ imports: [StreamingModule.forRootAsync({ useFactory: f.make })] })
export class AppModule {}
