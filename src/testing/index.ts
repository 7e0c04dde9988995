export { streamLogContract } from './stream-log-contract.js';
export type { ContractRunner } from './stream-log-contract.js';
export type {
  ContractLogBounds,
  StreamLogContractOptions,
} from './log-contract/contract-options.js';
