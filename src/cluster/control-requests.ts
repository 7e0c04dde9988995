import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** An answer to an interrupt, or answers to several. */
export interface AnswerRequest {
  readonly executionId: string;
  readonly interruptId?: string | undefined;
  readonly value?: unknown;
  readonly answers?:
    readonly { readonly interruptId: string; readonly value: unknown }[] | undefined;
  /** The id of the principal that answers. */
  readonly by?: string | undefined;
  readonly update?: Readonly<Record<string, unknown>> | undefined;
  readonly goto?: string | readonly string[] | undefined;
}

/** What instances ask of each other. All of it is plain JSON on its way. */
export interface ControlRequests {
  /** Cancels an execution that the instance runs or answers for. */
  cancel: {
    readonly request: { readonly executionId: string; readonly reason?: string | undefined };
    readonly answer: null;
  };
  /** Answers an interrupt of an execution that the instance runs or answers for. */
  respond: {
    readonly request: AnswerRequest;
    readonly answer: null;
  };
  /** Goes on with an interrupted execution that no instance runs. The answer is whether the instance does. */
  resume: {
    readonly request: AnswerRequest;
    readonly answer: boolean;
  };
  /** Closes the connections of a principal, or one connection. The answer is how many. */
  revoke: {
    readonly request: {
      readonly target: string | { readonly id: string; readonly tenant?: string };
      readonly refuseForMs?: number | undefined;
    };
    readonly answer: number;
  };
  /** Asks the clients of the instance whether they have all of a channel. */
  acknowledge: {
    readonly request: AcknowledgmentRequest & { readonly channel: Channel };
    readonly answer: AcknowledgmentAnswers;
  };
  /** Sends an update to one client. The answer is whether it was there and took it. */
  send: {
    readonly request: {
      readonly clientId: string;
      readonly update: StreamUpdate;
      /** Whether the caller has decided that the client may get it. */
      readonly isTrusted?: boolean;
    };
    readonly answer: boolean;
  };
}

/** The name of something that instances ask of each other. */
export type ControlRequestName = keyof ControlRequests;

/** A request as it travels. */
export type ControlMessage = {
  readonly [N in ControlRequestName]: {
    readonly name: N;
    readonly request: ControlRequests[N]['request'];
  };
}[ControlRequestName];
