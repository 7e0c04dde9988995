/** What looks like a credential, wherever it stands in a text. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)?/g, '[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [
    /(["']?\b(?:\w*token|api[-_]?key|x-api-key|ticket|secret|client_secret|password|passwd|authorization|cookie|assertion|SAMLResponse)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&)}\]]+)/gi,
    '$1[redacted]',
  ],
  [/(\w+:\/\/[^/\s:@]+):[^/\s@]+@/g, '$1:[redacted]@'],
];

/** A text for the log, without what could be a token, a key or a password. */
export function redactSecrets(text: string): string {
  return SECRETS.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    text,
  );
}
