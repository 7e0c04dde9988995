import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { TestViewer, type TestViewerOptions } from './test-viewer.js';

/**
 * A running application with viewers on real sockets.
 *
 * @publicApi
 */
export interface TestApplication {
  /** The address of the application's server. */
  readonly url: string;
  /** Makes a viewer with its own connection. It is closed together with the application. */
  viewer(options?: TestViewerOptions): TestViewer;
  /** Closes the viewers, then the application. */
  close(): Promise<void>;
}

/**
 * Starts an application on a free port of the loopback interface.
 *
 * ```ts
 * const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
 * const app = await startTestApplication(module.createNestApplication());
 * ```
 *
 * @param app - an application that does not listen yet
 * @throws the error of `app.listen`
 *
 * @publicApi
 */
export async function startTestApplication(app: INestApplication): Promise<TestApplication> {
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const url = `http://127.0.0.1:${port}`;
  const viewers: TestViewer[] = [];
  return {
    url,
    viewer(options) {
      const viewer = new TestViewer(url, options);
      viewers.push(viewer);
      return viewer;
    },
    async close() {
      for (const viewer of viewers) viewer.close();
      await app.close();
    },
  };
}
