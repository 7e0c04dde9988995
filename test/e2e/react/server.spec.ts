import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from '@jest/globals';
import { DrivenSource, startClientApp } from '../client/client-app.js';
import { openPage } from './rendered.js';
import {
  StreamingProvider,
  useConnection,
  useExecution,
  useRequest,
} from '../../../src/client/react/index.js';

function Answer() {
  useRequest();
  const { text } = useExecution('run', {
    snapshot: { text: 'What is known', nodeTexts: {}, state: { state: 'running' } },
  });
  const state = useExecution('run', { select: (run) => run.state });
  return createElement('p', null, `${text} ${state ?? 'unknown'} ${useConnection().state}`);
}

describe('on a server', () => {
  it('renders what the snapshot tells, and connects to nothing', () => {
    const client = (): never => {
      throw new Error('A server needs no client.');
    };
    const page = createElement(StreamingProvider, { client }, createElement(Answer));
    expect(renderToString(page)).toBe('<p>What is known unknown connecting</p>');
  });

  it.each([
    ['in production', false],
    ['in StrictMode', true],
  ])('is taken over by the page without a difference, %s', async (_, strict) => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const page = client();
    const html = renderToString(
      createElement(StreamingProvider, { client: page }, createElement(Answer)),
    );
    const shown = openPage(page, { html, strict });
    const seen = new Promise<void>((resolve) => {
      const stop = page.execution('run').on('state', () => {
        stop();
        resolve();
      });
    });
    shown.show(createElement(Answer));
    await seen;
    (await source.context()).token(' and more');
    while (!shown.html.includes('What is known and more running connected')) await page.status();
    expect(shown.errors).toEqual([]);
    source.end();
  });
});
