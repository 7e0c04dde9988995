export { streamLogContract } from './stream-log-contract.js';
export type { ContractLogBounds, ContractRunner } from './stream-log-contract.js';
