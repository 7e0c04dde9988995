import { Injectable, type HttpException, type Type } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { Principal } from '../../access/principal.js';
import { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { GatewayCore } from '../../gateway/gateway-core.js';
import { GatewayRuntime } from '../../gateway/gateway-runtime.js';
import { coreOf, StreamingWebSocketGateway } from '../../gateway/streaming-websocket.gateway.js';
import { findPageFault } from '../socket-io/request-check.js';
import { toHttpError } from './http-errors.js';
import {
  admissionRequestOf,
  rawRequest,
  type FrameworkReply,
  type FrameworkRequest,
} from './http-exchange.js';

/** Methods that change nothing, so that a page of another origin gains nothing by using them. */
const SAFE_METHODS: readonly unknown[] = ['GET', 'HEAD', 'OPTIONS'];

/** A gateway, for requests over HTTP. */
@Injectable()
export class HttpGateway {
  constructor(
    private readonly runtime: GatewayRuntime,
    private readonly modules: ModuleRef,
    private readonly adapters: HttpAdapterHost,
    private readonly errors: GatewayErrorHandler,
  ) {}

  /** @param gateway - the gateway class; by default the module's gateway */
  core(gateway: Type<StreamingWebSocketGateway> | undefined): GatewayCore {
    const type = gateway ?? (this.runtime.main as Type<StreamingWebSocketGateway>);
    return coreOf(this.modules.get(type, { strict: false }));
  }

  /**
   * Verifies the credential of a request on a route of the application. If a cookie can be the credential,
   * pages of other origins may not change anything with it.
   *
   * @throws StreamingError `ORIGIN_NOT_ALLOWED`, `RATE_LIMITED` and those of
   * `GatewayAuthenticationService.authenticate`
   */
  async authenticate(request: FrameworkRequest): Promise<Principal> {
    const core = this.core(undefined);
    const { authentication } = core.options;
    const hasCookie = authentication !== false && authentication.sources.cookie !== undefined;
    if (hasCookie && !SAFE_METHODS.includes(rawRequest(request).method))
      this.requireOwnPage(core, request);
    return core.admission.authenticate(admissionRequestOf(request));
  }

  /** @throws StreamingError `ORIGIN_NOT_ALLOWED` for a page that may not use the gateway */
  requireOwnPage(core: GatewayCore, request: FrameworkRequest): void {
    if (findPageFault(rawRequest(request), core.options) === undefined) return;
    throw new StreamingError('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not connect.');
  }

  /** Logs an error, and makes its HTTP answer. */
  refusal(thrown: unknown, event: string, reply: FrameworkReply): HttpException {
    const { exception, headers } = toHttpError(this.errors.handle(thrown, { event }));
    for (const [name, value] of Object.entries(headers))
      this.adapters.httpAdapter.setHeader(reply, name, value);
    return exception;
  }
}
