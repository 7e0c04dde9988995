import { StreamingError } from '../../errors/streaming.error.js';

/**
 * The URL of an identity provider. It must be HTTPS, or anybody on the way could hand out keys;
 * only this machine itself may speak HTTP.
 *
 * @throws StreamingError `INVALID_OPTIONS`
 */
export function providerUrl(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && isLoopback(url)) return url;
  throw new StreamingError('INVALID_OPTIONS', `\`${option}\` must be an https URL.`);
}

/** Whether a URL names this machine. */
export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
