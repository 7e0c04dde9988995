import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import type { FrameworkReply, FrameworkRequest } from './http-exchange.js';
import { HttpGateway } from './http-gateway.js';

/**
 * Runs the gateway's strategies on your own HTTP routes. So the user who starts a run is verified in the same
 * way as its viewers. The verified principal is `request.principal`, which {@link CurrentPrincipal} reads.
 *
 * For example `@UseGuards(StreamingAuthGuard)` above `@Post()` and
 * `start(@CurrentPrincipal() principal: Principal)`, with
 * `streaming.run(source, { owner: ownerOf(principal) })` in the method.
 *
 * The credential is looked for in `Authorization: Bearer`, unless `sources.authorizationHeader` is false,
 * and in the header and the cookie that `sources` names. If `sources` names a cookie, pages of other
 * origins than those of `gateway.cors` are refused, except for GET, HEAD and OPTIONS. Failed attempts count
 * towards `rateLimit.maxFailedAuthentications`. A refusal is answered with 401 (403 for an
 * origin, 429 for too many failures, 503 while a credential cannot be checked) and the error as JSON.
 *
 * @publicApi
 */
@Injectable()
export class StreamingAuthGuard implements CanActivate {
  constructor(private readonly gateway: HttpGateway) {}

  /** Nest calls it for each request. @throws StreamingError with the status of the refusal */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    // A client of the gateway was verified when it connected.
    if (context.getType() !== 'http') return principalOf(context) !== undefined;
    const http = context.switchToHttp();
    const request = http.getRequest<FrameworkRequest>();
    try {
      request.principal = await this.gateway.authenticate(request);
      return true;
    } catch (error) {
      throw this.gateway.refusal(error, 'request', http.getResponse<FrameworkReply>());
    }
  }
}

/**
 * Parameter decorator: the principal of an HTTP request that {@link StreamingAuthGuard} has verified. In a
 * `@SubscribeMessage` handler, the principal of the client.
 *
 * @throws StreamingError `NOT_BOOTSTRAPPED` on a route without the guard
 * @publicApi
 */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const principal = principalOf(context);
    if (principal) return principal;
    throw new StreamingError(
      'NOT_BOOTSTRAPPED',
      'There is no principal: put @UseGuards(StreamingAuthGuard) on the route.',
    );
  },
);

function principalOf(context: ExecutionContext): Principal | undefined {
  return context.getType() === 'ws'
    ? (context.switchToWs().getClient<Partial<GatewaySocket>>().data?.principal ?? undefined)
    : (context.switchToHttp().getRequest<FrameworkRequest>().principal as Principal | undefined);
}
