import type { ExecutionStateData, StreamUpdate } from '@hive-academy/langgraph-streaming/client';

/** Prints what arrives: text as it grows, everything else on a line of its own. */
export class Transcript {
  #inText = false;

  update({ type, data, metadata }: StreamUpdate): void {
    const node = metadata?.nodeId ?? '';
    if (type === 'token') this.text(data.content);
    else if (type === 'node:start') this.line(`▶ ${node}`);
    else if (type === 'node:complete') {
      this.line(`✓ ${node} (${(data as { durationMs: number }).durationMs} ms)`);
    } else if (type === 'progress') {
      const { progress, message } = data;
      this.line(`${progress} % ${message ?? ''}`);
    } else if (type === 'interrupt' || type.startsWith('workflow:')) {
      this.line(`● ${(data as ExecutionStateData).state}`);
    }
  }

  line(text: string): void {
    if (this.#inText) console.log();
    this.#inText = false;
    console.log(`  ${text}`);
  }

  private text(content: string): void {
    this.#inText = true;
    process.stdout.write(content);
  }
}
