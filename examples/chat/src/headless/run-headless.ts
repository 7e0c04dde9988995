import { StreamingService, type StreamUpdate } from '@hive-academy/langgraph-streaming';
import {
  createStreamingClient,
  StreamingClientError,
  type StreamingClient,
  type Subscription,
} from '@hive-academy/langgraph-streaming/client';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiUser } from './api-user.js';
import { DeliveryCheck } from './delivery-check.js';
import { Network } from './network.js';
import { Transcript } from './transcript.js';

/**
 * One run, followed by the real client over a network that breaks in the middle. Checks that the
 * client got everything once and in order, and that nobody else can follow the run.
 *
 * @returns the exit code: 0 when all holds
 */
export async function runHeadless(app: NestExpressApplication): Promise<number> {
  const url = await app.getUrl();
  const network = new Network(app.getHttpServer());
  const ada = new ApiUser(url, 'ada');
  const executionId = await ada.ask('A weekend in Lisbon');
  const streamed = textOf(app.get(StreamingService).follow(executionId));

  const client = createStreamingClient({ url, auth: ada.credential });
  const run = client.execution(executionId);
  const check = new DeliveryCheck();
  try {
    await follow(client, run, check, () => network.cut());
    const refusal = await refusalOf(new ApiUser(url, 'bob'), url, executionId);
    return report(check, { received: run.text, streamed: await streamed, refusal });
  } finally {
    client.close();
  }
}

/** Prints what arrives, approves what is asked, and cuts the network when the sources are read. */
async function follow(
  client: StreamingClient,
  run: Subscription,
  check: DeliveryCheck,
  cutNetwork: () => void,
): Promise<void> {
  const transcript = new Transcript();
  client.on('connection', ({ state }) => {
    if (state === 'reconnecting') check.lost();
    else if (state === 'connected' && check.back() > 0)
      transcript.line(`↻ connected again after ${check.back()} ms`);
  });
  for await (const update of run) {
    check.accept(update);
    transcript.update(update);
    if (isLastProgress(update)) {
      transcript.line(`✂ the network is cut after update #${check.received}`);
      cutNetwork();
    }
    for (const { id, value } of update.type === 'interrupt' ? run.interrupts : []) {
      transcript.line(`? ${(value as { question: string }).question} – yes`);
      await client.respond(run.id, true, id);
    }
  }
}

function isLastProgress({ type, data }: StreamUpdate): boolean {
  return type === 'progress' && data.progress === 100;
}

/** The text of all tokens, read in the process: what every viewer should get. */
async function textOf(updates: AsyncIterable<StreamUpdate>): Promise<string> {
  let text = '';
  for await (const { type, data } of updates) {
    if (type === 'token') text += data.content;
  }
  return text;
}

/** The code with which somebody is refused; undefined when not refused. */
async function refusalOf(
  user: ApiUser,
  url: string,
  executionId: string,
): Promise<string | undefined> {
  const client = createStreamingClient({ url, auth: user.credential });
  try {
    await client.execution(executionId).done;
    return undefined;
  } catch (error) {
    return StreamingClientError.isInstance(error) ? error.code : String(error);
  } finally {
    client.close();
  }
}

function report(
  check: DeliveryCheck,
  seen: {
    readonly received: string;
    readonly streamed: string;
    readonly refusal?: string | undefined;
  },
): number {
  const { faults, received, recovered } = check;
  const results = [
    [
      `${received} updates arrived, each once and in order`,
      faults.length === 0 ? undefined : faults.join(', '),
    ],
    [
      `${recovered.updates} of them were missed at first, and came from the log in ${recovered.messages} messages`,
      recovered.updates > 0 ? undefined : 'nothing was missed, so nothing was shown',
    ],
    [
      `the text is what was streamed: ${seen.received.length} characters`,
      seen.received === seen.streamed && seen.received !== '' ? undefined : 'the texts differ',
    ],
    [
      'Bob was refused',
      seen.refusal === 'EXECUTION_NOT_FOUND' ? undefined : (seen.refusal ?? 'he was not'),
    ],
  ] as const;
  console.log();
  for (const [claim, fault] of results) console.log(fault ? `✗ ${claim}: ${fault}` : `✓ ${claim}`);
  return results.every(([, fault]) => fault === undefined) ? 0 : 1;
}
