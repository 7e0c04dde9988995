export * from './streaming.js';
