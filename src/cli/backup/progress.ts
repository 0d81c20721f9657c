import { note } from '../run-command.js';
import { bytes, duration } from '../terminal/table.js';

const SAY_EVERY_MS = 2_000;

/** The figures of one table or collection. */
export interface SourceFigures {
  store: 'postgres' | 'mongodb';
  name: string;
  /** Rows or documents. */
  records: number;
  /** The size of the content before compression. */
  bytes: number;
  durationMs: number;
}

const amount = (records: number, size: number): string => `${records.toLocaleString('en')} (${bytes(size)})`;

/** Reports the progress of one table or collection on standard error. */
export class SourceProgress {
  private readonly startedAt = performance.now();
  private saidAt = this.startedAt;

  constructor(
    private readonly store: SourceFigures['store'],
    private readonly name: string,
  ) {}

  /** Reports at most every two seconds. */
  reached(records: number, size: number): void {
    if (performance.now() - this.saidAt < SAY_EVERY_MS) return;
    this.saidAt = performance.now();
    note(`  … ${this.name} ${amount(records, size)}`);
  }

  done(records: number, size: number): SourceFigures {
    const durationMs = performance.now() - this.startedAt;
    note(`  ✓ ${this.name} ${amount(records, size)} in ${duration(durationMs)}`);
    return { store: this.store, name: this.name, records, bytes: size, durationMs };
  }
}
