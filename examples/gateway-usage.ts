/**
 * The gateway in three steps: a legacy configuration that is still read, the gateway with
 * authentication, and decorated methods that stream to rooms.
 *
 *     npm run build && npx tsc -p examples/tsconfig.build.json && node dist/examples/gateway-usage.js
 */
import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import {
  JwtStrategy,
  StreamAll,
  StreamContext,
  StreamingModule,
  StreamingService,
  type StreamingModuleOptions,
} from '@hive-academy/langgraph-streaming';
import {
  createStreamingClient,
  StreamingClientError,
  type Subscription,
} from '@hive-academy/langgraph-streaming/client';
import {
  Body,
  Controller,
  Headers,
  Injectable,
  Module,
  Post,
  UnauthorizedException,
  type DynamicModule,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';

/**
 * A configuration of version 0.0.1. Its keys still mean what they meant. With `NODE_ENV=production`
 * it needs `gateway.authentication` besides: here anybody could see everything.
 */
const LEGACY_OPTIONS: StreamingModuleOptions = {
  websocket: { enabled: true },
  defaultBufferSize: 1_000,
};

const SECRET = 'a demo secret of at least thirty-two bytes';

/** Says who a token belongs to, to the gateway and to the controller. */
const TOKENS = new JwtStrategy({ secret: SECRET });

/** The same gateway in its own words: everybody proves who they are, and a team reads its room. */
const GATEWAY_OPTIONS: StreamingModuleOptions = {
  gateway: {
    authentication: { strategies: [TOKENS] },
    rooms: (roomId, { scopes }) => scopes.includes(roomId),
  },
  decorators: { progress: { interval: 250 } },
};

interface Ticket {
  readonly id: number;
  readonly team: string;
  readonly question: string;
}

/** Streams what it does: to who asked, and to the room of the team that is responsible. */
@Injectable()
class SupportService {
  @StreamAll({ gateway: { rooms: (ticket: Ticket) => `team:${ticket.team}` } })
  async *answer(ticket: Ticket): AsyncGenerator<string> {
    StreamContext.current().emit('events', { opened: ticket.id });
    for (const word of `You asked: ${ticket.question} We are on it.`.split(/(?<= )/)) {
      yield word;
    }
  }
}

/**
 * Starts the work. Whose it is says the credential, never the body of the request. The decorated
 * generator needs of its caller to be consumed, as without the decorator.
 */
@Controller('tickets')
class SupportController {
  constructor(
    private readonly support: SupportService,
    private readonly streaming: StreamingService,
  ) {}

  @Post()
  async open(
    @Body() ticket: Ticket,
    @Headers('authorization') authorization = '',
  ): Promise<{ executionId: string }> {
    const token = authorization.replace(/^Bearer /, '');
    const user = await TOKENS.authenticate({ token }).catch(() => undefined);
    if (!user) throw new UnauthorizedException();
    const { executionId } = this.streaming.run(
      async () => {
        let answer = '';
        for await (const word of this.support.answer(ticket)) answer += word;
        return answer;
      },
      { owner: { principalId: user.id } },
    );
    return { executionId };
  }
}

@Module({ providers: [SupportService], controllers: [SupportController] })
class SupportModule {}

/** What the example saw, for its test. */
export interface UsageReport {
  /** What a legacy client got from the legacy configuration. */
  readonly legacy: string;
  /** What the user who asked got. */
  readonly asker: string;
  /** What the team got in its room, by type. */
  readonly team: readonly string[];
  readonly teamText: string;
  /** Why somebody without a credential was refused. */
  readonly stranger: string;
  /** What HTTP answered when they wanted to open a ticket all the same. */
  readonly strangersTicket: number;
}

/** Runs the example. */
export async function main(print: (line: string) => void = console.log): Promise<UsageReport> {
  const legacy = await withApp(StreamingModule.forRoot(LEGACY_OPTIONS), showLegacy);
  print(`The legacy configuration streams: ${legacy}`);
  const report = await withApp(StreamingModule.forRoot(GATEWAY_OPTIONS), showGateway);
  print(`Ada, who asked, reads:            ${report.asker}`);
  print(`Bob, of the team, reads:          ${report.teamText}`);
  print(`and sees it happen:               ${report.team.join(', ')}`);
  print(`A stranger is told:               ${report.stranger}, HTTP ${report.strangersTicket}`);
  return { legacy, ...report };
}

async function showLegacy(app: INestApplication, url: string): Promise<string> {
  const client = createStreamingClient({ url });
  try {
    const { executionId } = app.get(StreamingService).run(['It ', 'still ', 'works.']);
    return await client.execution(executionId).finalText();
  } finally {
    client.close();
  }
}

async function showGateway(
  _app: INestApplication,
  url: string,
): Promise<Omit<UsageReport, 'legacy'>> {
  const adasToken = await tokenOf('ada');
  const ada = createStreamingClient({ url, auth: { token: adasToken } });
  const bob = createStreamingClient({ url, auth: { token: await tokenOf('bob', 'team:billing') } });
  try {
    const room = bob.room('team:billing');
    await subscribed(room);
    const opened = await openTicket(url, { authorization: `Bearer ${adasToken}` });
    const { executionId } = (await opened.json()) as { executionId: string };
    const team: string[] = [];
    const answered = (async () => {
      for await (const { type } of room) {
        if (type !== 'token') team.push(type);
        if (type === 'node:complete') return;
      }
    })();
    const asker = await ada.execution(executionId).finalText();
    await answered;
    return {
      asker,
      team,
      teamText: room.text,
      stranger: await refusalOf(url, executionId),
      strangersTicket: (await openTicket(url)).status,
    };
  } finally {
    for (const client of [ada, bob]) client.close();
  }
}

/** What an identity provider would sign. */
function tokenOf(user: string, scope = ''): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(SECRET));
}

function openTicket(url: string, credential: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/tickets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credential },
    body: JSON.stringify({ id: 1, team: 'billing', question: 'Where is my invoice?' }),
  });
}

function subscribed(subscription: Subscription): Promise<unknown> {
  return new Promise((resolve) => subscription.on('subscribed', resolve));
}

/** What somebody without a credential is told. */
async function refusalOf(url: string, executionId: string): Promise<string> {
  const client = createStreamingClient({ url });
  try {
    await client.execution(executionId).done;
  } catch (error) {
    if (error instanceof StreamingClientError) return error.code;
    throw error;
  } finally {
    client.close();
  }
  return 'nothing';
}

/** Starts an application on a free port, and closes it after `work`. */
async function withApp<T>(
  streaming: DynamicModule,
  work: (app: INestApplication, url: string) => Promise<T>,
): Promise<T> {
  const imports = [streaming, SupportModule];
  const app = await NestFactory.create({ module: class AppModule {}, imports }, { logger: false });
  try {
    await app.listen(0, '127.0.0.1');
    return await work(app, await app.getUrl());
  } finally {
    await app.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
