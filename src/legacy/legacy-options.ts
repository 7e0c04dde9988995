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
  readonly auth?: {
    readonly required?: boolean;
    readonly jwtSecret?: string;
    readonly handler?: (socket: unknown, token: string) => unknown;
  };
}
