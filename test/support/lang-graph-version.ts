import { createRequire } from 'node:module';

/** The version of LangGraph that the tests run with: they also run with the lowest that is supported. */
export function langGraphVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('@langchain/langgraph/package.json') as { version: string }).version;
}

/** Whether LangGraph streams tool calls by itself, which it does since 1.2. */
export function hasToolsMode(): boolean {
  const [major = 0, minor = 0] = langGraphVersion().split('.').map(Number);
  return major > 1 || minor >= 2;
}
