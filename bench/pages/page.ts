/** A browser, as far as the pages here use it. */
declare const document: {
  readonly body: { replaceChildren(node: TextNode): void };
  createTextNode(text: string): TextNode;
};

interface TextNode {
  data: string;
}

/** What a page follows. */
export interface Followed {
  readonly url: string;
  readonly namespace: string;
  readonly token: string;
  readonly runId: string;
}

let shown: TextNode | undefined;
let onShown: (() => void) | undefined;

/** Shows a text, in place of everything that the page had. */
export function show(text: string): void {
  if (!shown) document.body.replaceChildren((shown = document.createTextNode('')));
  shown.data = text;
  onShown?.();
}

/** Waits until the page shows a text of this length. @returns what it shows then, or after some seconds */
export function shownText(length: number, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const tell = (): void => resolve(shown?.data ?? '');
    setTimeout(tell, timeoutMs);
    onShown = () => {
      if (shown?.data.length === length) tell();
    };
    onShown();
  });
}
