import {
  isTerminalState,
  type ConnectionState,
  type ExecutionState,
} from '@hive-academy/langgraph-streaming/client';
import type { NodeView, RunView } from './run-view.js';

/** What there is to show. */
export interface Shown {
  readonly connection: ConnectionState;
  readonly state: ExecutionState | undefined;
  readonly view: RunView;
  readonly texts: ReadonlyMap<string, string>;
  /** What the graph asks, while it waits for an answer. */
  readonly question: unknown;
  readonly counts: string;
}

/** What somebody did with a viewer. */
export interface ViewerActions {
  onCut(): void;
  onStop(): void;
  onAnswer(approved: boolean): void;
}

/** The elements of a viewer, made from the template of the page. */
export class ViewerElement {
  readonly root: HTMLElement;

  constructor(name: string, actions: ViewerActions) {
    const template = document.querySelector<HTMLTemplateElement>('#viewer');
    const root = template?.content.firstElementChild?.cloneNode(true);
    if (!(root instanceof HTMLElement)) throw new Error('The page has no viewer template.');
    this.root = root;
    this.root.setAttribute('aria-label', name);
    this.#part('name').textContent = name;
    this.#part('cut').addEventListener('click', () => actions.onCut());
    this.#part('stop').addEventListener('click', () => actions.onStop());
    this.#part('question').addEventListener('submit', (event) => {
      event.preventDefault();
      const button = event.submitter as HTMLButtonElement | null;
      actions.onAnswer(button?.value === 'approve');
    });
  }

  show({ connection, state, view, texts, question, counts }: Shown): void {
    this.#showState('connection', connection);
    this.#showState('state', state ?? '');
    (this.#part('progress') as HTMLProgressElement).value = view.progress;
    this.#part('progress-label').textContent = view.progressMessage;
    this.#part('nodes').replaceChildren(...Object.values(view.nodes).map(nodeItem));
    this.#showTexts(texts);
    this.#part('question').hidden = question === undefined;
    this.#part('question-text').textContent = questionText(question);
    const ended = state === undefined || isTerminalState(state);
    (this.#part('stop') as HTMLButtonElement).disabled = ended;
    (this.#part('cut') as HTMLButtonElement).disabled = connection !== 'connected';
    this.#part('counts').textContent = counts;
  }

  showProblem(message: string): void {
    const problem = this.#part('problem');
    problem.textContent = message;
    problem.hidden = false;
  }

  /** Forgets the text that was shown. */
  clear(): void {
    this.#part('answer').replaceChildren();
  }

  /** Adds what is new to the text of each node, so that a selection of the reader survives. */
  #showTexts(texts: ReadonlyMap<string, string>): void {
    const answer = this.#part('answer');
    const atEnd = answer.scrollHeight - answer.scrollTop - answer.clientHeight < 40;
    for (const [node, text] of texts) {
      const shown =
        answer.querySelector(`[data-node="${CSS.escape(node)}"]`) ??
        answer.appendChild(nodeText(node));
      shown.lastElementChild?.append(text.slice(shown.lastElementChild.textContent.length));
    }
    if (atEnd) answer.scrollTop = answer.scrollHeight;
  }

  #showState(part: 'connection' | 'state', state: string): void {
    const element = this.#part(part);
    if (element.dataset['state'] === state) return;
    element.dataset['state'] = state;
    element.textContent = state;
  }

  #part(name: string): HTMLElement {
    const part = this.root.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!part) throw new Error(`The viewer template has no part "${name}".`);
    return part;
  }
}

function nodeItem({ name, inner, state, durationMs }: NodeView): HTMLElement {
  const item = document.createElement('li');
  item.dataset['state'] = state;
  item.classList.toggle('inner', inner);
  item.textContent = durationMs === undefined ? name : `${name} ${durationMs} ms`;
  return item;
}

function nodeText(node: string): HTMLElement {
  const section = document.createElement('section');
  section.dataset['node'] = node;
  const title = document.createElement('h3');
  title.textContent = node;
  section.append(title, document.createElement('p'));
  return section;
}

function questionText(question: unknown): string {
  return typeof question === 'object' && question !== null && 'question' in question
    ? String(question.question)
    : '';
}
