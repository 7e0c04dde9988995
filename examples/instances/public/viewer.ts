import {
  StreamingClientError,
  type StreamUpdate,
  type Subscription,
} from '@hive-academy/langgraph-streaming/client';
import type { Api } from './api.js';
import { createCuttableClient } from './cuttable-client.js';
import { EMPTY_VIEW, loadRun, saveRun, withUpdate, type RunView } from './run-view.js';
import { ViewerElement } from './viewer-element.js';

/** Follows one run with a connection of its own, and shows it. */
export class Viewer {
  readonly #element: ViewerElement;
  readonly #client;
  readonly #run: Subscription;
  /** Under what its run is kept over a reload. */
  readonly #storageKey: string;
  #view: RunView = EMPTY_VIEW;
  #rendering = false;
  #connectedAt = 0;
  #connections = 0;
  #caughtUp = 0;

  constructor(name: string, api: Api, executionId: string) {
    const { client, cut } = createCuttableClient(api.credential);
    this.#client = client;
    this.#element = new ViewerElement(name, {
      onCut: cut,
      onStop: () => this.#try(client.cancel(executionId, 'Stopped by a viewer')),
      onAnswer: (approved) => this.#answer(approved),
    });
    this.#storageKey = `${api.userId}/${name}`;
    const saved = loadRun(this.#storageKey, executionId);
    if (saved) this.#view = saved.view;
    this.#run = client.execution(executionId, saved ? { snapshot: saved.snapshot } : {});
    this.#listen();
    this.#render();
  }

  get node(): HTMLElement {
    return this.#element.root;
  }

  close(): void {
    this.#client.close();
    this.node.remove();
  }

  #listen(): void {
    this.#client.on('connection', ({ state }) => {
      if (state === 'connected') {
        this.#connections += 1;
        this.#connectedAt = Date.now();
      }
      this.#render();
    });
    this.#run.on('update', (update) => this.#accept(update));
    this.#run.on('subscribed', () => this.#render());
    this.#run.on('reset', () => this.#beginAnew());
    this.#run.on('error', (error) => this.#element.showProblem(error.message));
  }

  #accept(update: StreamUpdate): void {
    this.#view = withUpdate(this.#view, update);
    this.#caughtUp += caughtUpOn(update, this.#connectedAt);
    this.#render();
  }

  /** The log of the server no longer has all of it: what it has follows. */
  #beginAnew(): void {
    this.#view = EMPTY_VIEW;
    this.#element.clear();
    this.#element.showProblem('The beginning of this run is no longer there.');
  }

  /** Shows and saves where it stands, at most once per frame. */
  #render(): void {
    if (this.#rendering) return;
    this.#rendering = true;
    requestAnimationFrame(() => {
      this.#rendering = false;
      const run = this.#run;
      saveRun(this.#storageKey, {
        executionId: run.id,
        snapshot: run.snapshot(),
        view: this.#view,
      });
      this.#element.show({
        connection: this.#client.connection.state,
        state: run.state,
        view: this.#view,
        texts: run.nodeTexts,
        question: run.interrupts[0]?.value,
        counts: this.#counts(),
      });
    });
  }

  #counts(): string {
    const updates = this.#run.cursor?.sequence ?? 0;
    const reconnects = Math.max(0, this.#connections - 1);
    return `Updates: ${updates} · caught up on: ${this.#caughtUp} · reconnects: ${reconnects}`;
  }

  #answer(approved: boolean): void {
    const [interrupt] = this.#run.interrupts;
    if (interrupt) this.#try(this.#client.respond(this.#run.id, approved, interrupt.id));
  }

  #try(request: Promise<void>): void {
    request.catch((error: unknown) => {
      this.#element.showProblem(
        StreamingClientError.isInstance(error) ? error.message : String(error),
      );
    });
  }
}

/** How many updates this one covers that were streamed before there was this connection. */
function caughtUpOn({ metadata }: StreamUpdate, connectedAt: number): number {
  if (!metadata) return 0;
  const { sequenceNumber, fromSequence, timestamp } = metadata;
  // Tokens that are caught up on come joined.
  if (fromSequence !== undefined) return sequenceNumber - fromSequence + 1;
  return timestamp < connectedAt ? 1 : 0;
}
