import { Body, Controller, Get, Post, Redirect, UseFilters } from '@nestjs/common';
import type { ConnectionTicket } from '../../../src/entries/auth.js';
import { SamlStrategy, StreamingErrorFilter } from '../../../src/index.js';
import type { SamlStrategyOptions } from '../../../src/entries/auth.js';
import { connects } from '../../support/plain-client.js';
import type { SamlIdentityProvider } from '../../support/saml-identity-provider.js';
import type { StreamingApp } from '../../support/streaming-app.js';
import type { Instances } from './backends.js';

/** What a route answered. */
export interface SamlAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An instance of an application whose users sign in at an identity provider, over HTTP. */
export interface SamlApplication {
  readonly instance: StreamingApp;
  readonly saml: SamlStrategy;
  /** Where `saml/login` sends the browser. */
  login(): Promise<string>;
  /** Posts a response of the identity provider to `saml/callback`. */
  callback(response: string): Promise<SamlAnswer>;
  /** Connects with a ticket. @returns whether the gateway accepts it */
  accepts(ticket: unknown): Promise<boolean>;
}

/** Starts an instance with the routes of docs/single-sign-on.md. */
export async function startSaml(
  instances: Instances,
  provider: SamlIdentityProvider,
  options: Partial<SamlStrategyOptions> = {},
): Promise<SamlApplication> {
  const saml = new SamlStrategy({ ...provider.options, ...options });
  const instance = await instances.start(
    { gateway: { authentication: { strategies: [saml] } } },
    { controllers: [controllerOf(saml)] },
  );
  return { instance, saml, ...browserOf(instance) };
}

type Routes = new () => object;

function controllerOf(saml: SamlStrategy): Routes {
  @Controller('saml')
  @UseFilters(StreamingErrorFilter)
  class SamlController {
    @Get('login')
    @Redirect()
    async login(): Promise<{ url: string }> {
      return { url: await saml.loginUrl() };
    }

    @Post('callback')
    callback(@Body('SAMLResponse') response: string): Promise<ConnectionTicket> {
      return saml.exchange(response);
    }
  }
  return SamlController;
}

function browserOf(
  instance: StreamingApp,
): Pick<SamlApplication, 'login' | 'callback' | 'accepts'> {
  return {
    login: async () => {
      const { headers } = await fetch(`${instance.url}/saml/login`, { redirect: 'manual' });
      return headers.get('location') ?? '';
    },
    callback: async (SAMLResponse) => {
      const body = new URLSearchParams({ SAMLResponse });
      const response = await fetch(`${instance.url}/saml/callback`, { method: 'POST', body });
      return { status: response.status, body: (await response.json()) as SamlAnswer['body'] };
    },
    accepts: (ticket) => connects(instance.connect({ auth: { ticket }, reconnection: false })),
  };
}
