export * from './streaming.config';
