/**
 * The forms of providers' keys, anywhere in a text. Each form begins with letters that no word begins with.
 */
const KEY_SHAPES = [
  // OpenAI, Anthropic, Stripe and others
  /(?<![\w-])(?:sk|pk|rk)[-_][\w-]{8,}/g,
  // Google
  /(?<![\w-])AIza[\w-]{16,}/g,
  /(?<![\w-])ya29\.[\w.-]{8,}/g,
  // GitHub, GitLab, npm, PyPI, Slack
  /(?<![\w-])(?:gh[opsur]|github_pat|npm)_\w{16,}/g,
  /(?<![\w-])(?:glpat|pypi)-[\w-]{8,}/g,
  /(?<![\w-])xox[a-z]-[\w-]{8,}/g,
  /(?<![\w-])xapp-[\w-]{8,}/g,
  // AWS
  /(?<![\w-])(?:AKIA|ASIA)[0-9A-Z]{16}(?![\w-])/g,
  // Hugging Face, Groq, Replicate, LangSmith, Tavily, Pinecone, SendGrid
  /(?<![\w-])(?:hf|gsk|r8|ls_|lsv2|pcsk|whsec)_\w{8,}/g,
  /(?<![\w-])tvly-[\w-]{8,}/g,
  /(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}/g,
  // xAI, Perplexity, NVIDIA, Databricks, Jina, Firecrawl, Mailgun
  /(?<![\w-])(?:xai|pplx|nvapi)-[\w-]{16,}/g,
  /(?<![\w-])(?:dapi|fc-|key-)[0-9a-f]{32}(?![\w-])/g,
  /(?<![\w-])jina_\w{16,}/g,
  // Shopify, Square, Grafana, DigitalOcean, Google clients, age
  /(?<![\w-])(?:shp(?:at|ca|pa|ss)|glsa|glc|dop_v1)_\w{16,}/g,
  /(?<![\w-])sq0(?:atp|csp)-[\w-]{8,}/g,
  /(?<![\w-])GOCSPX-[\w-]{8,}/g,
  /(?<![\w-])AGE-SECRET-KEY-1\w+/g,
  // Telegram
  /(?<![\w-])\d{8,10}:AA[\w-]{30,}/g,
];
const JSON_WEB_TOKEN = /(?<![\w-])(?=[\w-]+\.[\w.-])([\w-]*?)\beyJ[\w-]{5,}\.[\w.-]+/g;
const PEM = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,32}-----)?/g;
const SCHEME = /\b(Bearer|Basic|Api-?Key|Token|Digest|Negotiate)\s+"?[\w.~+/=-]+/gi;
const URL_PASSWORD = /(:\/\/[^/\s:@]*):[^/\s?#]+@/g;
/** Addresses that are secrets themselves: everybody who knows one can write there. */
const WEBHOOK = /(hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks)\/[\w/-]+/g;
/** The form of OpenAI's error: `Incorrect API key provided: …`. */
const SPOKEN_KEY = /\b((?:api|access) keys?\b[ \w]{0,32}: *)[^\s,;]+/gi;
/** As others answer: `invalid x-api-key "…"`, `the API key k-123 is invalid`. */
const NAMED_KEY = /\b((?:api|access)[- ]keys? )(?:["'`][^"'`]*["'`]|(?=[a-z-]*\d)[\w-]{6,})/gi;
/** Options of a command line. */
const FLAG = /(?<![\w-])(--[\w-]*(?:token|secret|password|key)) +(?!-)\S+/gi;

/** A name, the separator and the value. The value is quoted, quoted and escaped, or bare. */
const PAIR =
  /(?<![\w-])([\w-]+)((?:\\*["']|%22)?\s*(?:=>|[:=]|%3[AD])\s*)("(?:[^"\\]|\\.)*"|\\+"[^"\\]*\\+"|'[^']*'|[^\s,;&)}\]"'\\]+)/g;
const AUTHORIZATION =
  /((?<![\w-])(?:proxy-)?authorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)[^\r\n"'\\,;}]+/gi;
const COOKIE = /((?<![\w-])(?:set-)?cookie(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)[^\r\n"'\\}]+/gi;

/** The ends of names whose values are secrets, in any spelling: `apiKey`, `OPENAI_API_KEY`, `x-api-key`. */
const SECRET_NAME =
  /(?:token|secret|password|passwd|passphrase|passcode|pwd|_pass|api[-_]?keys?|(?:access|secret|private|signing|encryption|master|account|subscription)[-_]?key(?:[-_]?(?:base|id))?|credentials?|ticket|assertion|samlresponse|signature|jwt|otp|session[-_]?id|\bsid|\bsig|\bhmac|\bauth)$/i;
/** How many characters at the end of a name are checked. */
const NAME_LENGTH = 32;

/**
 * Removes everything from a text for the log that could be a token, a key or a password.
 *
 * Clients choose some of these texts, so the patterns must be fast. Each pattern begins with a character that
 * cannot occur in the rest of its match. Otherwise it would be tried again at every character of a long word.
 */
export function redactSecrets(text: string): string {
  let result = text
    .replace(PEM, '[redacted]')
    .replace(JSON_WEB_TOKEN, '$1[redacted]')
    .replace(URL_PASSWORD, '$1:[redacted]@')
    .replace(AUTHORIZATION, '$1[redacted]')
    .replace(COOKIE, '$1[redacted]')
    .replace(WEBHOOK, '$1/[redacted]')
    .replace(SPOKEN_KEY, '$1[redacted]')
    .replace(PAIR, redactPair)
    .replace(NAMED_KEY, '$1[redacted]')
    .replace(FLAG, '$1 [redacted]')
    .replace(SCHEME, '$1 [redacted]');
  for (const shape of KEY_SHAPES) result = result.replace(shape, '[redacted]');
  return result;
}

function redactPair(
  pair: string,
  name: string,
  between: string,
  _value: string,
  offset: number,
  text: string,
): string {
  const isParameter = /^(?:key|code)$/i.test(name) && /[?&]/.test(text[offset - 1] ?? '');
  if (!isParameter && !SECRET_NAME.test(name.slice(-NAME_LENGTH))) return pair;
  return `${name}${between}[redacted]`;
}
