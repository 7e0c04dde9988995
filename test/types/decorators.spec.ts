import { describe, expect, it } from '@jest/globals';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamProgress,
  StreamToken,
  type StreamAllOptions,
  type StreamEventOptions,
  type StreamProgressOptions,
  type StreamTokenOptions,
} from '../../src/index.js';
import { type StreamGatewayOptions } from '../../src/entries/decorators.js';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Equals<A, B> = IsAny<A> extends true ? false : [A, B] extends [B, A] ? true : false;

/** The options of the legacy version that stay, by their legacy types. */
interface LegacyTokenOptions {
  enabled?: boolean;
  bufferSize?: number;
  batchSize?: number;
  flushInterval?: number;
  includeMetadata?: boolean;
  processor?: (token: string, metadata: Record<string, unknown>) => string;
  format?: 'text' | 'json' | 'structured';
  filter?: {
    minLength?: number;
    maxLength?: number;
    excludeWhitespace?: boolean;
    pattern?: RegExp;
  };
}
interface LegacyProgressOptions {
  enabled?: boolean;
  interval?: number;
  granularity?: 'coarse' | 'fine' | 'detailed';
  includeETA?: boolean;
  includeMetrics?: boolean;
  milestones?: number[];
  calculator?: (current: number, total: number, metadata: Record<string, unknown>) => number;
  format?: {
    showPercentage?: boolean;
    showCurrent?: boolean;
    showTotal?: boolean;
    showRate?: boolean;
    precision?: number;
  };
}

interface Order {
  readonly id: string;
}

/** Each must be `true` for this file to compile. */
interface Holds {
  legacyTokenOptions: LegacyTokenOptions extends StreamTokenOptions ? true : false;
  legacyProgressOptions: LegacyProgressOptions extends StreamProgressOptions ? true : false;
  delivery: Equals<
    StreamEventOptions['delivery'],
    'at-most-once' | 'at-least-once' | 'exactly-once' | undefined
  >;
  parts: Equals<keyof StreamAllOptions, 'token' | 'event' | 'progress' | 'gateway'>;
  gateway: Equals<
    keyof StreamGatewayOptions,
    'rooms' | 'targetClients' | 'priority' | 'acknowledgment'
  >;
  signal: Equals<StreamContext['signal'], AbortSignal>;
  executionId: Equals<StreamContext['executionId'], string | undefined>;
}
type NothingIsFalse = Equals<Holds[keyof Holds], true>;

/** What must compile. */
class Accepted {
  @StreamToken()
  text(): string {
    return '';
  }

  @StreamAll({ gateway: { rooms: (order: Order) => `order:${order.id}` } })
  async process(_order: Order, _retries: number): Promise<void> {}

  @StreamAll({ gateway: { rooms: ['a', 'b'], targetClients: () => ['user'] } })
  async *items(_order: Order): AsyncGenerator<string> {
    yield '';
  }

  @StreamProgress()
  @StreamEvent({ events: ['node:start'] })
  static shared(this: void): number {
    return 1;
  }
}

/** What must not compile. It is never called, since some of it throws. */
function rejected(): unknown {
  return class Rejected {
    // @ts-expect-error a property is no method
    @StreamToken()
    property = 'text';

    // @ts-expect-error an accessor is no method
    @StreamEvent()
    get accessor(): string {
      return '';
    }

    // @ts-expect-error the function does not take what the method gets
    @StreamAll({ gateway: { rooms: (order: Order) => order.id } })
    other(_id: number): void {}

    // @ts-expect-error the function wants more than the method gets
    @StreamAll({ gateway: { targetClients: (order: Order, _user: string) => order.id } })
    fewer(_order: Order): void {}

    // @ts-expect-error an option that never did anything
    @StreamToken({ streamingDelay: 25 })
    unknownToken(): void {}

    // @ts-expect-error an option that is gone
    @StreamEvent({ batchSize: 10 })
    unknownEvent(): void {}

    // @ts-expect-error an unknown option
    @StreamProgress({ intervalMs: 10 })
    unknownProgress(): void {}

    // @ts-expect-error an unknown option of the gateway
    @StreamAll({ gateway: { room: 'a' } })
    unknownGateway(): void {}

    // @ts-expect-error an unknown event type
    @StreamEvent({ events: ['token_start'] })
    unknownType(): void {}

    // @ts-expect-error an unknown format
    @StreamToken({ format: 'xml' })
    unknownFormat(): void {}
  };
}

// @ts-expect-error a class is no method
const decorateClass = (): void => StreamAll()(Accepted);

describe('the decorators', () => {
  it('accept and reject what they should at compile time', () => {
    const holds: NothingIsFalse = true;
    expect(holds).toBe(true);
  });

  it('leave the types of methods as they are', () => {
    const returned: Equals<ReturnType<Accepted['items']>, AsyncGenerator<string>> = true;
    const parameters: Equals<Parameters<Accepted['process']>, [Order, number]> = true;
    expect([returned, parameters]).toEqual([true, true]);
  });

  it('refuse at run time what JavaScript lets through', () => {
    expect(decorateClass).toThrow(TypeError);
    expect(rejected).toThrow('property is not a method');
  });
});
