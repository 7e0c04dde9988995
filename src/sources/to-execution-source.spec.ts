import { describe, expect, it } from '@jest/globals';
import { HELLO, modelGraph } from '../../test/support/graphs.js';
import { langGraph } from './langgraph/index.js';
import type { StreamSource } from './stream-source.js';
import { toExecutionSource } from './to-execution-source.js';

describe('toExecutionSource', () => {
  it('leaves an execution source as it is', () => {
    const source = langGraph(modelGraph('a'), HELLO);
    expect(toExecutionSource(source)).toBe(source);
  });

  it.each([
    [null, 'A value of type null cannot be streamed.'],
    [undefined, 'A value of type undefined cannot be streamed.'],
    [42, 'A value of type number cannot be streamed.'],
    [{}, 'A value of type object cannot be streamed.'],
    ['text', 'put it into an array'],
    [Promise.resolve(['a']), 'await it first'],
    [modelGraph('a'), 'langGraph(graph, input)'],
  ])('refuses %p and says what to pass', (source, hint) => {
    expect(() => toExecutionSource(source as unknown as StreamSource)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_SOURCE',
        message: expect.stringContaining(hint),
      }),
    );
  });
});
