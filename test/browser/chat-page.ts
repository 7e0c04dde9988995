import type { Locator, Page } from 'playwright-core';

/** The page of the demo, as somebody sees and uses it. */
export class ChatPage {
  /** The Socket.IO messages that the page sent and received, as they were on the wire. */
  readonly sent: string[] = [];
  readonly received: string[] = [];
  readonly first: ViewerOnPage;
  readonly second: ViewerOnPage;
  /** Whatever went wrong in the page. */
  readonly errors: string[] = [];

  constructor(readonly page: Page) {
    this.first = new ViewerOnPage(page.getByRole('article', { name: 'Viewer 1' }));
    this.second = new ViewerOnPage(page.getByRole('article', { name: 'Viewer 2' }));
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => this.sent.push(String(payload)));
      socket.on('framereceived', ({ payload }) => this.received.push(String(payload)));
    });
  }

  /** The address under which anybody who is the same user sees the same. */
  get address(): string {
    return this.page.url();
  }

  async ask(question: string): Promise<void> {
    await this.page.getByLabel('Where do you want to go?').fill(question);
    await this.page.getByRole('button', { name: 'Ask' }).click();
    await this.first.root.waitFor();
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByLabel('You are').selectOption(name);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.first.root.waitFor();
  }

  /** Opens the link to a second tab. */
  async openSecondTab(): Promise<ChatPage> {
    const opened = this.page.context().waitForEvent('page');
    await this.page.getByRole('link', { name: 'Open a second tab' }).click();
    return new ChatPage(await opened);
  }
}

/** One of the viewers on the page. */
export class ViewerOnPage {
  constructor(readonly root: Locator) {}

  /** Resolves when the viewer shows that the run is in a state. */
  async reaches(state: string): Promise<void> {
    await this.root.locator(`.state[data-state="${state}"]`).waitFor();
  }

  /** Resolves when a node has begun to say something. */
  async hears(node: string): Promise<void> {
    await this.root.locator(`[data-node="${node}"] p`).filter({ hasText: /\w/ }).waitFor();
  }

  /** What each node has said so far. */
  async text(): Promise<string[]> {
    return this.root.locator('[data-node]').allTextContents();
  }

  /** The nodes and how each ended, without the durations. */
  async nodes(): Promise<string[]> {
    const items = await this.root.getByRole('listitem').all();
    return Promise.all(
      items.map(async (item) => {
        const [name] = (await item.innerText()).split(' ');
        return `${name} ${await item.getAttribute('data-state')}`;
      }),
    );
  }

  async progress(): Promise<number> {
    return Number(await this.root.getByRole('progressbar').getAttribute('value'));
  }

  async counts(): Promise<string> {
    return this.root.locator('small').innerText();
  }

  async problem(): Promise<string> {
    return this.root.getByRole('alert').innerText();
  }

  async cut(): Promise<void> {
    await this.root.getByRole('button', { name: 'Cut the connection' }).click();
  }

  async stop(): Promise<void> {
    await this.root.getByRole('button', { name: 'Stop' }).click();
  }

  async answer(choice: 'Approve' | 'Reject'): Promise<void> {
    await this.root.getByRole('button', { name: choice }).click();
  }
}
