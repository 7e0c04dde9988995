import { Window } from 'happy-dom';
import { createElement, StrictMode, type FunctionComponent, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { StreamingProvider } from '../../../src/client/react/index.js';
import type { StreamingClient } from '../../../src/client/index.js';
import { onTestEnd } from '../../support/streaming-app.js';

// Without a screen. It stays, since React looks at it after the last test.
const window = new Window();
Object.assign(globalThis, { window, document: window.document });

/** How a page is shown. */
interface PageOptions {
  readonly strict?: boolean;
  readonly releaseDelayMs?: number;
  /** What a server rendered, for the page to take over. */
  readonly html?: string;
}

/** Components below a provider, as a test shows them. */
export interface Page {
  /** What a user sees. */
  readonly html: string;
  /** What React complained about. */
  readonly errors: readonly unknown[];
  show(...children: ReactNode[]): void;
}

/** Shows components below a provider, without React's test mode: it renders when a browser would. */
export function openPage(
  client: StreamingClient | (() => StreamingClient),
  { strict = false, releaseDelayMs = 1000, html }: PageOptions = {},
): Page {
  const container = window.document.createElement('div') as unknown as Element;
  container.innerHTML = html ?? '';
  const errors: unknown[] = [];
  const onRecoverableError = (error: unknown): void => void errors.push(error);
  const element = (children: ReactNode[]): ReactNode => {
    const provider = createElement(StreamingProvider, { client, releaseDelayMs }, ...children);
    return strict ? createElement(StrictMode, null, provider) : provider;
  };
  let root: Root | undefined;
  onTestEnd(() => root?.unmount());
  return {
    errors,
    get html() {
      return container.innerHTML;
    },
    show: (...children) => {
      if (!root && html !== undefined)
        root = hydrateRoot(container, element(children), { onRecoverableError });
      else {
        root ??= createRoot(container, { onRecoverableError });
        root.render(element(children));
      }
    },
  };
}

/** A whole page, as a user sees and uses it. */
export interface ShownElement {
  /** Resolves when the page has this HTML. */
  shows(html: string): Promise<void>;
  click(label: string): void;
  /** Types into the one input of the page, which React does not control. */
  type(text: string): void;
}

/** For how long a page is waited for, in milliseconds. */
const SHOWN_WITHIN_MS = 20_000;

/** Shows an element that brings its own provider. */
export function showElement(element: ReactNode): ShownElement {
  const container = window.document.createElement('div');
  const root = createRoot(container as unknown as Element);
  onTestEnd(() => root.unmount());
  // React listens at the root for what bubbles up to it.
  window.document.body.append(container);
  root.render(element);
  return {
    shows: async (html) => {
      const until = AbortSignal.timeout(SHOWN_WITHIN_MS);
      while (container.innerHTML !== html) {
        if (until.aborted) throw new Error(`The page has ${container.innerHTML}, not ${html}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    click: (label) => {
      const buttons = [...container.querySelectorAll('button')];
      const button = buttons.find(({ textContent }) => textContent === label);
      if (!button) throw new Error(`No button "${label}" in ${container.innerHTML}`);
      button.click();
    },
    type: (text) => {
      const input = container.querySelector('input');
      if (!input) throw new Error(`No input in ${container.innerHTML}`);
      input.value = text;
    },
  };
}

/** What a component rendered, each time. */
export class Renders<TValue> {
  readonly values: TValue[] = [];
  readonly #waiting = new Set<() => void>();
  /** A component that shows what a hook gives. */
  readonly component: FunctionComponent;

  constructor(hook: () => TValue) {
    this.component = () => {
      this.values.push(hook());
      for (const check of this.#waiting) check();
      return null;
    };
  }

  /** Resolves when it rendered something that meets a condition. */
  until(isMet: (value: TValue) => boolean): Promise<TValue> {
    return new Promise((resolve) => {
      const check = (): void => {
        const { values } = this;
        const last = values.at(-1) as TValue;
        if (values.length === 0 || !isMet(last)) return;
        this.#waiting.delete(check);
        resolve(last);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Counts the frames of a page, and restores what was there after the test. */
export function countFrames(): { readonly count: number } {
  const frames = { count: 0 };
  const scope = globalThis as { requestAnimationFrame?: unknown };
  scope.requestAnimationFrame = (callback: () => void) =>
    setImmediate(() => {
      frames.count += 1;
      callback();
    });
  onTestEnd(() => delete scope.requestAnimationFrame);
  return frames;
}
