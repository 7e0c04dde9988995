import type { GatewayMetadata } from '@nestjs/websockets';
import type {
  ResolvedCorsOptions,
  ResolvedGatewayOptions,
} from '../../options/resolved-options.js';
import { wholeOrigins } from '../../common/origin-list.js';

type CorsOptions = NonNullable<GatewayMetadata['cors']> & object;

/** Smaller messages are not worth compressing, in bytes. */
const COMPRESSION_THRESHOLD = 1_024;

/** Converts gateway options into the options of Socket.IO and Nest. */
export function socketIoOptions(options: ResolvedGatewayOptions) {
  const compression = options.compression && { threshold: COMPRESSION_THRESHOLD };
  // The threshold applies only if each message is compressed separately.
  const perMessageDeflate = compression && { ...compression, serverNoContextTakeover: true };
  return {
    namespace: options.namespace,
    path: options.path,
    transports: [...options.transports],
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    // The guard closes a transport in time, even if it waits for its client. This timeout would be too late.
    connectTimeout: 2 * options.connectTimeoutMs,
    maxHttpBufferSize: options.maxPayloadBytes,
    perMessageDeflate,
    httpCompression: compression,
    serveClient: false,
    ...(options.cors && { cors: corsOptions(options.cors) }),
  } satisfies GatewayMetadata;
}

/** Converts the CORS options into the options of the `cors` package. */
export function corsOptions({
  origin,
  credentials,
  methods,
  allowedHeaders,
}: ResolvedCorsOptions): CorsOptions {
  return {
    origin: wholeOrigins(origin),
    credentials,
    ...(methods && { methods: [...methods] }),
    ...(allowedHeaders && { allowedHeaders: [...allowedHeaders] }),
  };
}
