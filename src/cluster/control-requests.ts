import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';
import type { Channel } from '../protocol/channel.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** The requests between instances, with their answers. They travel as plain JSON. */
export interface ControlRequests {
  /** Cancels an execution that the instance runs or is responsible for. */
  cancel: {
    readonly request: { readonly executionId: string; readonly reason?: string | undefined };
    readonly answer: null;
  };
  /** Answers a question of an execution that the instance runs or is responsible for. */
  respond: {
    readonly request: InterruptResponse & { readonly executionId: string };
    readonly answer: null;
  };
  /** Continues an interrupted execution that no instance runs. The answer is whether the instance continues it. */
  resume: {
    readonly request: InterruptResponse & { readonly executionId: string };
    readonly answer: boolean;
  };
  /** Closes the connections of a principal, or one connection. The answer is the number of closed connections. */
  revoke: {
    readonly request: {
      readonly target: string | { readonly id: string; readonly tenant?: string };
      readonly refuseForMs?: number | undefined;
    };
    readonly answer: number;
  };
  /** Asks the clients of the instance to acknowledge all updates of a channel. */
  acknowledge: {
    readonly request: AcknowledgmentRequest & { readonly channel: Channel };
    readonly answer: AcknowledgmentAnswers;
  };
  /** Sends an update to one client. The answer is whether the client is in this instance and got the update. */
  send: {
    readonly request: {
      readonly clientId: string;
      readonly update: StreamUpdate;
      /** Whether the caller has already decided that the client may get the update. */
      readonly isTrusted?: boolean;
    };
    readonly answer: boolean;
  };
}

/** The name of a request between instances. */
export type ControlRequestName = keyof ControlRequests;

/** A request between instances, as it travels. */
export type ControlMessage = {
  readonly [N in ControlRequestName]: {
    readonly name: N;
    readonly request: ControlRequests[N]['request'];
  };
}[ControlRequestName];
