import type { WriteStream } from 'node:tty';

import { duration } from '../terminal/table.js';

const REDRAW_MS = 100;
const QUIET_REPORT_MS = 5_000;

/** How far a move is: on a terminal one living line for each step, elsewhere a line now and then. */
export class MoveProgress {
  private line = '';
  private startedAt = 0;
  private shownAt = 0;

  constructor(private readonly stream: Pick<WriteStream, 'write'> & { isTTY?: boolean }) {}

  /** `step`: `journal_entries, moved`. */
  show(step: string, rows: number): void {
    const now = performance.now();
    if (!this.line.startsWith(`${step} `)) {
      this.end();
      this.startedAt = this.shownAt = now;
    }
    this.line = `${step.padEnd(28)} ${rows.toLocaleString('en').padStart(12)} ${duration(now - this.startedAt)}`;
    if (now - this.shownAt < (this.stream.isTTY ? REDRAW_MS : QUIET_REPORT_MS)) return;
    this.shownAt = now;
    this.stream.write(this.stream.isTTY ? `\r… ${this.line}\u001b[K` : `… ${this.line}\n`);
  }

  /** After the last step, or a failure. */
  end(): void {
    if (this.line === '') return;
    this.stream.write(
      `${this.stream.isTTY ? '\r' : ''}· ${this.line}${this.stream.isTTY ? '\u001b[K' : ''}\n`,
    );
    this.line = '';
  }
}
