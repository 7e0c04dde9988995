import type { GatewayCorsOptions, WebSocketGatewayOptions } from './streaming-module-options.js';

/** A fault of the options, by path. */
export interface OptionIssue {
  readonly path: string;
  readonly message: string;
}

/** Gateway options as far as they decide who gets in. */
type SecurityOptions = Pick<WebSocketGatewayOptions, 'enabled' | 'cors' | 'authentication'>;

/**
 * Finds combinations of options that would let in who should stay out.
 *
 * @param isAuthenticationChosen - whether somebody said how connections are authenticated
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
  if (!cors || !allowsAnyOrigin(cors.origin)) return issues;
  if (cors.credentials === true) {
    issues.push({
      path: 'gateway.cors.origin',
      message:
        'must name the origins when credentials is true, or every page on the web could act as its visitor',
    });
  }
  if (authentication && authentication.sources?.cookie !== undefined) {
    issues.push({
      path: 'gateway.cors.origin',
      message:
        'must name the origins when a cookie authenticates: browsers send it with WebSockets from any page',
    });
  }
  return issues;
}

function allowsAnyOrigin(origin: GatewayCorsOptions['origin']): boolean {
  return origin === true || [origin].flat().includes('*');
}
