/**
 * What looks like a credential, wherever it stands in a text. Clients choose some of these texts, so
 * each pattern begins with what cannot stand within what it goes on with: one that could would be
 * tried anew at every character of a long word.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w-])(?=[\w-]+\.[\w.-])([\w-]*?)\beyJ[\w-]{5,}\.[\w.-]+/g, '$1[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [
    /(["']?\b(?:\w*token|api[-_]?key|x-api-key|ticket|secret|client_secret|password|passwd|authorization|cookie|assertion|SAMLResponse)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&)}\]]+)/gi,
    '$1[redacted]',
  ],
  [/(:\/\/[^/\s:@]*):[^/\s@]+@/g, '$1:[redacted]@'],
];

/** A text for the log, without what could be a token, a key or a password. */
export function redactSecrets(text: string): string {
  return SECRETS.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    text,
  );
}
