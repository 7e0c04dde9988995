import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AdmissionRequest } from '../../gateway/gateway-session.js';

/** The query of a request, as Express and Fastify parse it. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

/** A request of Express, or of Fastify, which keeps that of Node in `raw`. */
export interface FrameworkRequest {
  readonly raw?: IncomingMessage;
  readonly query?: unknown;
  /** The principal, after {@link StreamingAuthGuard} has verified it. */
  principal?: unknown;
}

/** A response of Express, or of Fastify, which keeps that of Node in `raw`. */
export interface FrameworkReply {
  readonly raw?: ServerResponse;
  hijack?(): void;
  getHeaders?(): IncomingHttpHeaders;
}

/** The request of Node. */
export function rawRequest(request: FrameworkRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** The response of Node. */
export function rawResponse(reply: FrameworkReply): ServerResponse {
  return reply.raw ?? (reply as unknown as ServerResponse);
}

/**
 * Takes over the response of Node, so that the framework does not answer. Headers that the application has
 * set, such as CORS headers, are kept.
 */
export function takeOver(reply: FrameworkReply): void {
  if (!reply.raw) return;
  for (const [name, value] of Object.entries(reply.getHeaders?.() ?? {}))
    if (value !== undefined) reply.raw.setHeader(name, value);
  reply.hijack?.();
}

/** The parts of a request for authentication. */
export function admissionRequestOf(request: FrameworkRequest): AdmissionRequest {
  const { headers, socket } = rawRequest(request);
  const query = queryOf(request);
  return { kind: 'request', auth: {}, headers, query, remoteAddress: socket.remoteAddress ?? '' };
}

/** The text values of the query. Parsers may make objects of other values. */
export function queryOf({ query }: FrameworkRequest): Query {
  const isText = (value: unknown): boolean =>
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  const entries = Object.entries(query ?? {}) as [string, string][];
  return Object.fromEntries(entries.filter(([, value]) => isText(value)));
}
