export { streamLogContract } from './stream-log-contract.js';
export type { ContractRunner } from './stream-log-contract.js';
export type {
  ContractLogBounds,
  StreamLogContractOptions,
} from './log-contract/contract-options.js';
export { startTestApplication, type TestApplication } from './test-application.js';
export { TestViewer, type TestViewerOptions } from './test-viewer.js';
export { Watched } from './watched.js';
export { controlClock, type TestClock } from './test-clock.js';
export {
  scriptedGraph,
  type ScriptedGraph,
  type ScriptedStep,
} from '../sources/langgraph/scripted-graph.js';
