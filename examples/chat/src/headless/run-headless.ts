import { randomUUID } from 'node:crypto';
import { StreamingService, type StreamUpdate } from '@hive-academy/langgraph-streaming';
import {
  createStreamingClient,
  StreamingClientError,
  type StreamingClient,
  type Subscription,
} from '@hive-academy/langgraph-streaming/client';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DeliveryCheck } from './delivery-check.js';
import { loginOf } from './login-of.js';
import { Network } from './network.js';
import { report } from './report.js';
import { Transcript } from './transcript.js';

/**
 * One conversation of Ada, followed by the real client over a network that breaks in the middle. Sam
 * approves. Checks that Ada's client got everything once and in order, and that Bob gets nothing.
 *
 * @returns the exit code: 0 when all holds
 */
export async function runHeadless(app: NestExpressApplication): Promise<number> {
  const url = await app.getUrl();
  const network = new Network(app.getHttpServer());
  const [ada, bob, sam] = ['ada', 'bob', 'sam'].map((user) =>
    createStreamingClient({ url, auth: loginOf(url, user) }),
  ) as [StreamingClient, StreamingClient, StreamingClient];
  try {
    const thread = ada.thread(randomUUID(), { agent: 'travel' });
    const messages = [{ role: 'user', content: 'A weekend in Lisbon' }];
    const { executionId } = await thread.start({ messages });
    const streamed = textOf(app.get(StreamingService).follow(executionId));
    const run = ada.execution(executionId);
    const check = new DeliveryCheck();
    await follow(ada, run, check, {
      cutNetwork: () => network.cut(),
      approve: () => sam.respond(executionId, true),
    });
    const refusal = await refusalOf(bob, executionId);
    return report(check, { received: run.text, streamed: await streamed, refusal });
  } finally {
    for (const client of [ada, bob, sam]) client.close();
  }
}

/** Prints what arrives, lets approve what is asked, and cuts the network when a train was found. */
async function follow(
  client: StreamingClient,
  run: Subscription,
  check: DeliveryCheck,
  actions: { readonly cutNetwork: () => void; readonly approve: () => Promise<void> },
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
      actions.cutNetwork();
    }
    for (const { value } of update.type === 'interrupt' ? run.interrupts : []) {
      transcript.line(`? ${(value as { question: string }).question} – Sam says yes`);
      await actions.approve();
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

/** The code with which a client is refused; undefined when it is not. */
async function refusalOf(
  client: StreamingClient,
  executionId: string,
): Promise<string | undefined> {
  try {
    await client.execution(executionId).done;
    return undefined;
  } catch (error) {
    return StreamingClientError.isInstance(error) ? error.code : String(error);
  }
}
