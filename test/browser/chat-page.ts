import type { Locator, Page } from 'playwright-core';

/** The page of the demo, as somebody sees and uses it. */
export class ChatPage {
  /** The Socket.IO messages that the page received, as they were on the wire. */
  readonly received: string[] = [];
  /** Whatever went wrong in the page. */
  readonly errors: string[] = [];
  readonly messages: Locator;
  readonly question: Locator;
  readonly banner: Locator;
  readonly problem: Locator;
  readonly status: Locator;

  constructor(readonly page: Page) {
    this.messages = page.getByRole('log', { name: 'Messages' });
    this.question = page.getByRole('region', { name: 'Approval' });
    this.banner = page.locator('.banner');
    this.problem = page.locator('.problem');
    this.status = page.getByRole('status');
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => this.received.push(String(payload))),
    );
  }

  /** The address under which anybody who may sees the same. */
  get address(): string {
    return this.page.url();
  }

  async ask(text: string): Promise<void> {
    await this.page.getByLabel('Where do you want to go?').fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** Resolves when somebody has said something. */
  async hears(text: string | RegExp): Promise<void> {
    await this.messages.getByText(text).last().waitFor();
  }

  /** What each message and each tool says. */
  async said(): Promise<string[]> {
    return this.messages.locator('p, dl').allInnerTexts();
  }

  /** Resolves when the agent has nothing more to do. */
  async rests(): Promise<void> {
    await this.messages.and(this.page.locator('[aria-busy="false"]')).waitFor();
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  list(name: string): Locator {
    return this.page.getByRole('navigation', { name });
  }

  /** Opens a conversation of a list. */
  async openFrom(list: string, title: string | RegExp): Promise<void> {
    await this.list(list).getByRole('link', { name: title }).click();
  }

  /** Takes the network away, and the connections with it. */
  async goOffline(): Promise<void> {
    await this.page.context().setOffline(true);
  }

  async goOnline(): Promise<void> {
    await this.page.context().setOffline(false);
  }
}
