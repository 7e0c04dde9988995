import { describe, expect, it, jest } from '@jest/globals';
import { Emitter } from './emitter.js';

interface Events {
  word: string;
}

describe('Emitter', () => {
  it('calls the listeners of the event until they are removed', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    expect(emitter.hasListeners).toBe(false);
    const stop = emitter.on('word', (word) => heard.push(word));
    expect(emitter.hasListeners).toBe(true);
    emitter.emit('word', 'one');
    stop();
    emitter.emit('word', 'two');
    expect(heard).toEqual(['one']);
    expect(emitter.hasListeners).toBe(false);
  });

  it('calls a function once for each time that it was added and not removed', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    const hear = (word: string): void => void heard.push(word);
    const stops = [emitter.on('word', hear), emitter.on('word', hear)];
    emitter.emit('word', 'two');
    stops[0]?.();
    emitter.emit('word', 'one');
    stops[0]?.();
    emitter.emit('word', 'still one');
    stops[1]?.();
    emitter.emit('word', 'none');
    expect(heard).toEqual(['two', 'two', 'one', 'still one']);
  });

  it('does not call a listener that is added meanwhile', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    emitter.on('word', (word) => {
      emitter.on('word', (later) => heard.push(`late ${later}`));
      heard.push(word);
    });
    emitter.emit('word', 'one');
    expect(heard).toEqual(['one']);
  });

  it('calls the others when a listener throws, and leaves its error uncaught', () => {
    const tasks: (() => void)[] = [];
    const microtasks = jest
      .spyOn(globalThis, 'queueMicrotask')
      .mockImplementation((task) => void tasks.push(task));
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    emitter.on('word', () => {
      throw new Error('a bug in the page');
    });
    emitter.on('word', (word) => heard.push(word));
    emitter.emit('word', 'one');
    microtasks.mockRestore();
    expect(heard).toEqual(['one']);
    expect(() => tasks[0]?.()).toThrow('a bug in the page');
  });
});
