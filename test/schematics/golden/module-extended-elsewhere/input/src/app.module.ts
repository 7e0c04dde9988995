import { Module } from '@nestjs/common';
import { LiveModule } from './live.module';

@Module({ imports: [LiveModule?.forRoot({ websocket: { enabled: true }, bufferSize: 3 })] })
export class AppModule {}
