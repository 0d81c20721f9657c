import type { DomainError } from '../../common/errors/domain-error.js';
import { SECTIONS, type SectionName } from '../exports/writing/section.js';
import {
  type ImportPlace,
  type ImportProgress,
  type ImportRequest,
  MAX_REPORTED,
  noCounts,
  type RefusedItem,
} from './import-request.js';
import type { PlannedItem } from './intake/intake.js';

/** Counts what becomes of the items of an import, on from where an earlier run of it has come. */
export class ImportTally {
  private readonly counts = noCounts();
  private readonly report: RefusedItem[];

  constructor(
    { counts, report }: Pick<ImportRequest, 'counts' | 'report'>,
    /** Of all sections together. */
    private readonly total: number,
  ) {
    for (const name of SECTIONS) this.counts[name] = { ...counts[name] };
    this.report = [...report];
  }

  add(section: SectionName, outcome: 'imported' | 'known'): void {
    this.counts[section][outcome] += 1;
  }

  refuse(
    section: SectionName,
    { index, sourceId }: PlannedItem,
    { code, message, errors }: DomainError,
  ): void {
    this.counts[section].refused += 1;
    if (this.report.length >= MAX_REPORTED) return;
    const [first] = errors;
    this.report.push({
      ...{ section, index, id: sourceId, code, path: first?.path ?? '' },
      message: first?.message ?? message,
    });
  }

  progressAt(place: ImportPlace): ImportProgress {
    const done = SECTIONS.reduce((sum, name) => {
      const { imported, known, refused } = this.counts[name];
      return sum + imported + known + refused;
    }, 0);
    const percent = Math.min(99, Math.floor((100 * done) / Math.max(1, this.total)));
    return { percent, counts: this.counts, report: this.report, place };
  }
}
