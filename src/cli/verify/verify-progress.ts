import type { WriteStream } from 'node:tty';

import type { CheckReport } from '../../flows/reconciliation/reconciliation.js';

const REDRAW_MS = 100;
const QUIET_REPORT_MS = 10_000;
const NAME_WIDTH = 26;
const DETAIL_WIDTH = 44;

/** The progress of a comparison: on a terminal, one updated line for each check; elsewhere, a line now and then. */
export class VerifyProgress {
  private shown: { name: string; line: string } | null = null;
  private shownAt = 0;

  constructor(private readonly stream: Pick<WriteStream, 'write'> & { isTTY?: boolean }) {}

  show(report: Readonly<CheckReport>, isSecond: boolean): void {
    const name = isSecond ? `${report.name}, again` : report.name;
    if (this.shown && this.shown.name !== name) this.finish();
    const isNew = this.shown === null;
    this.shown = { name, line: lineOf(name, report) };
    const now = performance.now();
    if (isNew && !this.stream.isTTY) this.shownAt = now;
    if (now - this.shownAt < (this.stream.isTTY ? REDRAW_MS : QUIET_REPORT_MS)) return;
    this.shownAt = now;
    this.stream.write(this.stream.isTTY ? `\r… ${this.shown.line}\u001b[K` : `… ${this.shown.line}\n`);
  }

  /** Call it after the last check, or after a failure. */
  end(): void {
    if (this.shown) this.finish();
  }

  private finish(): void {
    this.stream.write(
      `${this.stream.isTTY ? '\r' : ''}· ${this.shown?.line ?? ''}${this.stream.isTTY ? '\u001b[K' : ''}\n`,
    );
    this.shown = null;
    this.shownAt = 0;
  }
}

function lineOf(
  name: string,
  { compared, missing, extra, different, seconds }: Readonly<CheckReport>,
): string {
  const found = missing + extra + different;
  const detail = `${compared.toLocaleString('en')} compared${found === 0 ? '' : `, ${found.toLocaleString('en')} differ`}`;
  return `${name.padEnd(NAME_WIDTH)} ${detail.padEnd(DETAIL_WIDTH)} ${seconds.toFixed(1)} s`;
}
