import { Module } from '@nestjs/common';
import { CoreModule } from './m.js';

@Module({ imports: [CoreModule.forRoot({ websocket: { enabled: true, port: 3000 } })] })
export class AppModule {}
