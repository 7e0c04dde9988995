import { Module } from '@nestjs/common';
import { LiveModule } from './live.module';

@Module({ imports: [LiveModule?.forRoot({ gateway: { enabled: true }, log: { maxEntries: 3 } })] })
export class AppModule {}
