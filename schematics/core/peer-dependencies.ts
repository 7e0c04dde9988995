import type { Dependency } from './package-json.js';

/** What an application has to name besides the library, so that every package manager finds it. */
export function peerDependencies(nestMajor: number): Dependency[] {
  const nest = `^${nestMajor}.0.0`;
  return [
    { name: '@nestjs/platform-socket.io', range: nest },
    { name: '@nestjs/websockets', range: nest },
    { name: 'socket.io', range: '^4.7.5' },
  ];
}

/** What a configuration that reads `ConfigService` imports. */
export function configDependency(nestMajor: number): Dependency {
  return { name: '@nestjs/config', range: nestMajor === 11 ? '^4.0.0' : `^${nestMajor}.0.0` };
}

/** What generated specs connect with. */
export const SPEC_DEPENDENCIES: readonly Dependency[] = [
  { name: 'socket.io-client', range: '^4.7.5', kind: 'devDependencies' },
];

/** What a generated agent imports. */
export const AGENT_DEPENDENCIES: readonly Dependency[] = [
  { name: '@langchain/core', range: '^1.0.1' },
  { name: '@langchain/langgraph', range: '^1.0.0' },
  { name: 'zod', range: '^4.2.0' },
];
