import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { ConfigService } from '@nestjs/config';

@Module({ imports: [StreamingModule.forRootAsync({ inject: [ConfigService], useFactory: async (c: ConfigService) => {
  if (c.get('X')) return { gateway: { enabled: false } };
  switch (c.get('Y')) {
    case 'a': return { gateway: { enabled: true, port: 3000 } };
    default: { const o = { gateway: { enabled: true } }; return o; }
  }
} })] })
export class AppModule {}
