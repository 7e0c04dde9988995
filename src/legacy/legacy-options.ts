/** The options of 0.x that the module still takes; see `docs/migration.md`. */
export interface LegacyModuleOptions {
  readonly gateway?: LegacyGatewayOptions;
  /**
   * Legacy: entries that the log keeps per channel.
   *
   * @deprecated use `log.maxEntries`
   */
  readonly defaultBufferSize?: number;
  /**
   * Legacy: switches the gateway on.
   *
   * @deprecated use `gateway`
   */
  readonly websocket?: LegacyWebSocketOptions;
  /**
   * Legacy: checked names of nodes; names are not restricted any more, so this has no effect.
   *
   * @deprecated remove it
   */
  readonly strictNaming?: boolean;
}

/** Legacy `websocket` options. */
export interface LegacyWebSocketOptions {
  readonly enabled?: boolean;
  readonly port?: number;
}

/** Keys of the legacy `gateway` options that have a new name; see `docs/migration.md`. */
export interface LegacyGatewayOptions {
  /** @deprecated use the keys of `gateway` itself */
  readonly websocket?: {
    readonly maxConnections?: number;
    readonly connectionTimeout?: number;
    readonly heartbeatInterval?: number;
    readonly compression?: boolean;
    readonly namespace?: string;
  };
  /** @deprecated use `gateway.authentication` */
  readonly auth?: LegacyAuthOptions;
}

/** Legacy `gateway.auth`. */
export interface LegacyAuthOptions {
  readonly required?: boolean;
  readonly jwtSecret?: string;
  // A method, so that a handler that declares `socket: Socket` goes on compiling.
  handler?(socket: LegacyAuthSocket, token: string): unknown;
}

/** What a legacy `gateway.auth.handler` gets of the socket. */
export interface LegacyAuthSocket {
  readonly handshake: {
    readonly auth: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly address: string;
  };
}
