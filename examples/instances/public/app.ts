import { Api } from './api.js';
import { Viewer } from './viewer.js';

/** The address of the page says who you are and what you watch, so that it can be opened again. */
interface Place {
  readonly userId: string;
  readonly executionId?: string;
}

const VIEWERS = ['Viewer 1', 'Viewer 2'];
const main = element('viewers', HTMLElement);
const user = element('user', HTMLSelectElement);
const share = element('share', HTMLAnchorElement);
const problem = element('problem', HTMLElement);
let viewers: Viewer[] = [];

function readPlace(): Place {
  const place = new URLSearchParams(location.hash.slice(1));
  const executionId = place.get('run');
  return { userId: place.get('user') ?? 'ada', ...(executionId && { executionId }) };
}

function goTo({ userId, executionId }: Place): void {
  location.hash = new URLSearchParams({
    user: userId,
    ...(executionId && { run: executionId }),
  }).toString();
}

/** Shows what the address says. */
function show(): void {
  const { userId, executionId } = readPlace();
  user.value = userId;
  for (const viewer of viewers) viewer.close();
  const api = new Api(userId);
  viewers = executionId ? VIEWERS.map((name) => new Viewer(name, api, executionId)) : [];
  main.append(...viewers.map((viewer) => viewer.node));
  share.href = location.href;
  share.hidden = !executionId;
}

async function ask(question: string): Promise<void> {
  const { userId } = readPlace();
  problem.hidden = true;
  try {
    goTo({ userId, executionId: await new Api(userId).ask(question) });
  } catch (error) {
    problem.textContent = String(error);
    problem.hidden = false;
  }
}

function element<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no #${id}.`);
  return found;
}

user.addEventListener('change', () => goTo({ ...readPlace(), userId: user.value }));
element('ask', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void ask(element('question', HTMLInputElement).value);
});
addEventListener('hashchange', show);
show();
