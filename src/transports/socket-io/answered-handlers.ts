import { MetadataScanner, type ApplicationConfig, type ModuleRef } from '@nestjs/core';
import { MESSAGE_METADATA } from '@nestjs/websockets/constants.js';
import { catchError, EMPTY, isObservable, tap } from 'rxjs';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import type { GatewayNamespace, GatewaySocket } from '../../gateway/socket-types.js';
import { isRecord } from '../../common/is-record.js';
import { answerError, type AnswerMessage } from './answer-error.js';

/** A handler of the application, with its guards, pipes, interceptors and filters around it. */
interface MessageHandler {
  readonly message: string;
  readonly callback: (data: unknown, answer?: AnswerMessage) => unknown;
  /** Whether it takes the acknowledgement as an argument. */
  readonly isAckHandledManually?: boolean;
}

/** The part of Nest's WebSocket adapter that is replaced. */
interface HandlerBinder {
  bindMessageHandlers(
    socket: GatewaySocket,
    handlers: readonly MessageHandler[],
    transform: (result: unknown) => unknown,
  ): unknown;
}

/**
 * Answers the messages that the application's own handlers of a gateway leave unanswered. What is global in
 * an application is often written for HTTP: a filter that throws or sends nothing, an interceptor that drops
 * the answer. Nest would leave such a client waiting, and Nest 11 would not hear its event any more.
 *
 * @param gateway - the gateway, whose handlers these are
 */
export function answerHandlersOf(
  gateway: object,
  namespace: GatewayNamespace,
  moduleRef: ModuleRef,
  errors: GatewayErrorHandler,
): void {
  const names = handledBy(gateway);
  const adapter = adapterOf(moduleRef);
  if (names.size === 0 || !adapter) return;
  const bind = adapter.bindMessageHandlers.bind(adapter);
  adapter.bindMessageHandlers = (socket, handlers, transform) => {
    const isOurs = ({ message }: MessageHandler): boolean =>
      socket.nsp === namespace && names.has(message);
    const bound = handlers.map((handler) =>
      isOurs(handler) ? answering(handler, socket, errors) : handler,
    );
    return bind(socket, bound, transform);
  };
}

/** The events that a gateway handles with `@SubscribeMessage`. */
function handledBy(gateway: object): ReadonlySet<string> {
  const prototype = Object.getPrototypeOf(gateway) as Readonly<Record<string, unknown>>;
  const names = new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => Reflect.getMetadata(MESSAGE_METADATA, prototype[name] as object) as unknown);
  return new Set(names.filter((name) => typeof name === 'string'));
}

/** Nest hands its configuration to nobody, so it is read where Nest keeps it. */
function adapterOf(moduleRef: ModuleRef): HandlerBinder | undefined {
  const { container } = moduleRef as unknown as {
    readonly container: { readonly applicationConfig?: ApplicationConfig };
  };
  return container.applicationConfig?.getIoAdapter() as HandlerBinder | undefined;
}

/** A handler whose messages are all answered. */
function answering(
  handler: MessageHandler,
  socket: GatewaySocket,
  errors: GatewayErrorHandler,
): MessageHandler {
  const { message: event, callback, isAckHandledManually = false } = handler;
  const call = async (data: unknown, ack?: AnswerMessage): Promise<unknown> => {
    const answer = new PendingAnswer(ack);
    const fail = (thrown: unknown): void => {
      if (!answer.isGiven) answerError(errors, thrown, { socket, event, answer: answer.give });
    };
    const conclude = (): void => {
      if (answer.isAwaited && !isAckHandledManually)
        fail(
          new Error(`No handler, interceptor or filter of the application answered "${event}".`),
        );
    };
    try {
      const result = await callback(data, answer.give);
      if (!isObservable(result)) {
        answer.note(result);
        conclude();
        return result;
      }
      return result.pipe(
        tap({ next: (value) => answer.note(value), complete: conclude }),
        catchError((error: unknown) => {
          fail(error);
          return EMPTY;
        }),
      );
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
  return { ...handler, callback: call };
}

/** What a message that asks for an answer has got of it. */
class PendingAnswer {
  #isGiven = false;
  /** Gives the answer; absent when the client asked for none. */
  readonly give: AnswerMessage | undefined;

  constructor(ack: AnswerMessage | undefined) {
    this.give =
      ack &&
      ((answer): void => {
        this.#isGiven = true;
        ack(answer);
      });
  }

  get isGiven(): boolean {
    return this.#isGiven;
  }

  get isAwaited(): boolean {
    return this.give !== undefined && !this.#isGiven;
  }

  /** Takes note of a result that the adapter will send. */
  note(result: unknown): void {
    if (result === undefined || result === null) return;
    // A result that names an event goes out as that event, which acknowledges nothing.
    if (isRecord(result) && result['event'] && this.isAwaited) this.give?.({ ok: true });
    this.#isGiven = true;
  }
}
