import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { RecordingContext } from '../../test/support/recording-context.js';
import { toExecutionSource } from './to-execution-source.js';

const token = (content: string) => ({ type: 'token', data: { content } });

describe('an Observable', () => {
  it('is streamed until it completes', async () => {
    const context = new RecordingContext();
    const subject = new Subject<unknown>();
    const run = toExecutionSource(subject).run(context);
    subject.next('a');
    subject.next({ any: 1 });
    expect(context.updates).toEqual([token('a'), { type: 'custom', data: { any: 1 } }]);
    subject.complete();
    expect(await run).toEqual({ state: 'completed' });
    expect(subject.observed).toBe(false);
  });

  it('may emit while it is subscribed to', async () => {
    const context = new RecordingContext();
    await toExecutionSource(of('a', 'b')).run(context);
    expect(context.updates).toEqual([token('a'), token('b')]);
  });

  it('ends with its error', async () => {
    const failure = new Error('boom');
    const run = toExecutionSource(throwError(() => failure)).run(new RecordingContext());
    await expect(run).rejects.toBe(failure);
  });

  it('is unsubscribed from once when cancelled, and what it emits then is dropped', async () => {
    let unsubscribed = 0;
    const subject = new Subject<string>();
    const source = new Observable<string>((subscriber) => {
      const inner = subject.subscribe((value) => subscriber.next(value));
      return () => {
        unsubscribed += 1;
        inner.unsubscribe();
      };
    });
    const context = new RecordingContext();
    const run = toExecutionSource(source).run(context);
    subject.next('a');
    const reason = new Error('stop');
    context.cancel(reason);
    expect(unsubscribed).toBe(1);
    subject.next('late');
    await expect(run).rejects.toBe(reason);
    expect(unsubscribed).toBe(1);
    expect(context.updates).toEqual([token('a')]);
  });

  it('is not subscribed to by an execution that is cancelled already', async () => {
    let subscribed = false;
    const source = new Observable(() => {
      subscribed = true;
    });
    const context = new RecordingContext();
    context.cancel();
    await expect(toExecutionSource(source).run(context)).rejects.toThrow('cancelled');
    expect(subscribed).toBe(false);
  });

  it.each(['while it is subscribed to', 'later'])(
    'is unsubscribed from when an item cannot be streamed: %s',
    async (when) => {
      let unsubscribed = 0;
      const subject = new Subject<string>();
      const source = new Observable<string>((subscriber) => {
        subject.subscribe((value) => subscriber.next(value));
        if (when !== 'later') subject.next('a');
        return () => (unsubscribed += 1);
      });
      const context = new RecordingContext();
      context.emit = () => {
        throw new Error('refused');
      };
      const run = toExecutionSource(source).run(context);
      subject.next('a');
      await expect(run).rejects.toThrow('refused');
      expect(unsubscribed).toBe(1);
    },
  );

  it('may subscribe to nothing of rxjs', async () => {
    const context = new RecordingContext();
    const source = {
      subscribe(observer: { next(value: unknown): void; complete(): void }) {
        observer.next('a');
        observer.complete();
        return { unsubscribe: () => {} };
      },
    };
    expect(await toExecutionSource(source).run(context)).toEqual({ state: 'completed' });
    expect(context.updates).toEqual([token('a')]);
  });

  it('that never ends runs until it is cancelled', async () => {
    const context = new RecordingContext();
    const run = toExecutionSource(NEVER).run(context);
    context.cancel(new Error('stop'));
    await expect(run).rejects.toThrow('stop');
  });
});
