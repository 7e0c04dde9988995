/** The options of 0.x that the module still accepts; see `docs/migration.md`. */
export interface LegacyModuleOptions {
  /** Keys of 0.x in `gateway`. */
  readonly gateway?: LegacyGatewayOptions;
  /**
   * Legacy: how many updates the log keeps of a channel.
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
  /** The former place of `gateway.enabled`. With legacy options the gateway is off by default. */
  readonly enabled?: boolean;
  /** The former place of `gateway.port`. */
  readonly port?: number;
}

/** Keys of the legacy `gateway` options that have a new name; see `docs/migration.md`. */
export interface LegacyGatewayOptions {
  /**
   * The former place of options of `gateway`.
   *
   * @deprecated use the keys of `gateway` itself
   */
  readonly websocket?: {
    /** The former place of `gateway.maxConnections`. */
    readonly maxConnections?: number;
    /** The former name of `connectTimeoutMs`, in milliseconds too. */
    readonly connectionTimeout?: number;
    /** The former name of `pingIntervalMs`, in milliseconds too. */
    readonly heartbeatInterval?: number;
    /** The former place of `gateway.compression`. */
    readonly compression?: boolean;
    /** The former place of `gateway.namespace`. */
    readonly namespace?: string;
  };
  /**
   * The former form of `gateway.authentication`.
   *
   * @deprecated use `gateway.authentication`
   */
  readonly auth?: LegacyAuthOptions;
}

/** Legacy `gateway.auth`. */
export interface LegacyAuthOptions {
  /** With `false`, the rest of `auth` has no effect: anybody may connect. */
  readonly required?: boolean;
  /** Does the same as `new JwtStrategy({ secret })`. */
  readonly jwtSecret?: string;
  /** Verifies a token. It accepts the client by returning its principal or `true`. */
  // A method, so that a handler with the parameter `socket: Socket` still compiles.
  handler?(socket: LegacyAuthSocket, token: string): unknown;
}

/** The part of the socket that a legacy `gateway.auth.handler` gets. */
export interface LegacyAuthSocket {
  /** The `auth` payload, the headers and the address of the client. */
  readonly handshake: {
    readonly auth: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly address: string;
  };
}
