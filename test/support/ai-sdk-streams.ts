import * as ai5 from 'ai-v5';
import { MockLanguageModelV2 } from 'ai-v5/test';
import * as ai6 from 'ai-v6';
import { MockLanguageModelV3 } from 'ai-v6/test';
import { z } from 'zod';

/** What every model of the AI SDK streams here, in two steps. */
const AI_SDK_STEPS = [
  [
    { type: 'reasoning-start', id: 'r1' },
    { type: 'reasoning-delta', id: 'r1', delta: 'Let me ' },
    { type: 'reasoning-delta', id: 'r1', delta: 'look.' },
    { type: 'reasoning-end', id: 'r1' },
    { type: 'tool-input-start', id: 'call-1', toolName: 'weather' },
    { type: 'tool-input-delta', id: 'call-1', delta: '{"city":' },
    { type: 'tool-input-delta', id: 'call-1', delta: '"Rome"}' },
    { type: 'tool-input-end', id: 'call-1' },
    { type: 'tool-call', toolCallId: 'call-1', toolName: 'weather', input: '{"city":"Rome"}' },
  ],
  [
    { type: 'text-start', id: 't1' },
    { type: 'text-delta', id: 't1', delta: 'It is ' },
    { type: 'text-delta', id: 't1', delta: 'sunny.' },
    { type: 'text-end', id: 't1' },
    { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.org', title: 'Weather' },
  ],
];

const lookUp = { execute: async ({ city }: { city: string }) => ({ city, sky: 'clear' }) };

/** An answer that thinks, calls a tool, and then speaks. */
export function streamWithAi5() {
  let step = 0;
  const usage = { inputTokens: 3, outputTokens: 5, totalTokens: 8 };
  const reasons = ['tool-calls', 'stop'] as const;
  const model = new MockLanguageModelV2({
    doStream: async () => {
      const finishReason = reasons[step] ?? 'stop';
      const parts = [...(AI_SDK_STEPS[step] ?? []), { type: 'finish', finishReason, usage }];
      step += 1;
      return { stream: ai5.simulateReadableStream({ chunks: parts }) as never };
    },
  });
  const weather = ai5.tool({ inputSchema: z.object({ city: z.string() }), ...lookUp });
  const stopWhen = ai5.stepCountIs(3);
  return ai5.streamText({ model, prompt: 'weather?', tools: { weather }, stopWhen });
}

/** The same. */
export function streamWithAi6() {
  let step = 0;
  const usage = {
    inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 5, text: 4, reasoning: 1 },
  };
  const reasons = ['tool-calls', 'stop'] as const;
  const model = new MockLanguageModelV3({
    doStream: async () => {
      const unified = reasons[step] ?? 'stop';
      const finishReason = { unified, raw: unified };
      const parts = [...(AI_SDK_STEPS[step] ?? []), { type: 'finish', finishReason, usage }];
      step += 1;
      return { stream: ai6.simulateReadableStream({ chunks: parts }) as never };
    },
  });
  const weather = ai6.tool({ inputSchema: z.object({ city: z.string() }), ...lookUp });
  const stopWhen = ai6.stepCountIs(3);
  return ai6.streamText({ model, prompt: 'weather?', tools: { weather }, stopWhen });
}
