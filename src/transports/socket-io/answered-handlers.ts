import { MetadataScanner, type ApplicationConfig, type ModuleRef } from '@nestjs/core';
import { MESSAGE_METADATA } from '@nestjs/websockets/constants.js';
import { catchError, EMPTY, isObservable, tap } from 'rxjs';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import type { GatewayNamespace, GatewaySocket } from '../../gateway/socket-types.js';
import { isRecord } from '../../common/is-record.js';
import { answerError, type AnswerMessage } from './answer-error.js';

/** A handler of the application, including its guards, pipes, interceptors and filters. */
interface MessageHandler {
  readonly message: string;
  readonly callback: (data: unknown, answer?: AnswerMessage) => unknown;
  /** Whether the handler has the acknowledgement as an argument. */
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
 * Answers the messages that the application's own handlers leave unanswered. Global filters and interceptors
 * are often written for HTTP: a filter throws or sends nothing, an interceptor drops the answer. Then Nest
 * would not answer the client, and Nest 11 would ignore later events of this client.
 *
 * @param gateway - the gateway of the handlers
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

/** Nest does not publish its configuration, so it is read from Nest's internals. */
function adapterOf(moduleRef: ModuleRef): HandlerBinder | undefined {
  const { container } = moduleRef as unknown as {
    readonly container: { readonly applicationConfig?: ApplicationConfig };
  };
  return container.applicationConfig?.getIoAdapter() as HandlerBinder | undefined;
}

/** Wraps a handler, so that all its messages are answered. */
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

/** The state of the answer to a message. */
class PendingAnswer {
  #isGiven = false;
  /** Sends the answer. Absent if the client asked for no answer. */
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

  /** Notes that the adapter will send a result. */
  note(result: unknown): void {
    if (result === undefined || result === null) return;
    // A result with `event` is sent as this event, which is not an acknowledgement.
    if (isRecord(result) && result['event'] && this.isAwaited) this.give?.({ ok: true });
    this.#isGiven = true;
  }
}
