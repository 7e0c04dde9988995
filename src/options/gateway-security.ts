import { allowsAnyOrigin } from './any-origin.js';
import type { OptionIssue } from '../errors/option-issue.js';
import type { WebSocketGatewayOptions } from './streaming-module-options.js';

/** The gateway options that decide who may connect. */
type SecurityOptions = Pick<WebSocketGatewayOptions, 'enabled' | 'cors' | 'authentication'>;

/**
 * Finds combinations of options that would let strangers in.
 *
 * @param isAuthenticationChosen - whether the option `authentication` is set
 */
export function findSecurityIssues(
  { enabled, cors, authentication }: SecurityOptions,
  isAuthenticationChosen: boolean,
  isProduction = process.env['NODE_ENV'] === 'production',
): OptionIssue[] {
  if (enabled === false) return [];
  const issues: OptionIssue[] = [];
  if (isProduction && !isAuthenticationChosen) {
    issues.push({
      path: 'gateway.authentication',
      message:
        'must be given in production: { strategies: [...] }, or false to let anybody see every execution',
    });
  }
  if (!cors) return issues;
  for (const origin of [cors.origin].flat())
    if (typeof origin === 'string' && !isOrigin(origin)) issues.push(malformedOrigin(origin));
  if (!allowsAnyOrigin(cors.origin)) return issues;
  if (cors.credentials === true) {
    issues.push({
      path: 'gateway.cors.origin',
      message:
        'must name the origins if credentials is true: otherwise any page on the web could act as the user who visits it',
    });
  }
  if (authentication && authentication.sources?.cookie !== undefined) {
    issues.push({
      path: 'gateway.cors.origin',
      message:
        'must name the origins if a cookie authenticates: browsers send the cookie with WebSockets from any page',
    });
  }
  return issues;
}

/** Whether a browser can send this origin. Any other text would silently never match. */
function isOrigin(text: string): boolean {
  if (text === '*' || text === 'null') return true;
  // A pattern must be a regular expression.
  if (text.includes('*')) return false;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin } = new URL(text);
  // For schemes of applications, such as capacitor://localhost, the class URL has no origin.
  return origin === text || origin === 'null';
}

function malformedOrigin(origin: string): OptionIssue {
  return {
    path: 'gateway.cors.origin',
    message: `must be origins as browsers send them (scheme, host and port, such as https://app.example) or regular expressions: ${JSON.stringify(origin)} would never match`,
  };
}
