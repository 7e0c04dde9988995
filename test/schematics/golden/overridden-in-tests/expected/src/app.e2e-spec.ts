import { Test } from '@nestjs/testing';
import { AppModule } from './app.module';

it('boots', async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider('STREAMING_OPTIONS')
    .useValue({ gateway: { enabled: false } })
    .compile();
  await module.close();
});
