import type { Dependency } from '../core/package-json.js';

/** What a generated workflow imports. */
export const WORKFLOW_DEPENDENCIES: readonly Dependency[] = [
  { name: '@langchain/core', range: '^1.0.0' },
  { name: '@langchain/langgraph', range: '^1.0.0' },
];
