import { createHash } from 'node:crypto';

import type { MoveTarget } from './move-target.js';
import { checksumOf, emptyReport, type Fault, type KindReport } from './move-report.js';
import type { MovedKind, Prepared, Standing } from './moved-kind.js';
import type { MovedRecord, SourceRow } from './moved-record.js';

/** Texts are long: so many records are in memory in two forms at once. */
const AT_ONCE = 200;

type OnFault = (fault: Fault) => void;

/** Compares each row of the source with what stands here. */
export async function compareKind(
  kind: MovedKind<never>,
  batches: AsyncIterable<SourceRow[]>,
  { records }: MoveTarget,
  onFault: OnFault,
  onProgress: (rows: number) => void,
): Promise<KindReport> {
  const comparison = new KindComparison(kind, onFault);
  for await (const rows of batches)
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const some = rows.slice(from, from + AT_ONCE);
      const known = await records.find(
        kind.name,
        some.map(({ id }) => id),
      );
      await comparison.add(some, known);
      onProgress(comparison.report.source);
    }
  return comparison.end();
}

class KindComparison {
  readonly report: KindReport;
  private readonly there = createHash('sha256');
  private readonly here = createHash('sha256');

  constructor(
    private readonly kind: MovedKind<never>,
    private readonly onFault: OnFault,
  ) {
    this.report = emptyReport(kind.name);
  }

  async add(rows: readonly SourceRow[], known: readonly MovedRecord[]): Promise<void> {
    const moved = new Map(known.map((record) => [record.sourceId, record]));
    const { ready, refused } = await this.kind.prepare(rows, moved);
    const standing = await this.kind.contents(known);
    const expected = new Map(ready.map((record) => [record.sourceId, record]));
    const reasons = new Map(refused.map(({ id, reason }) => [id, reason]));
    for (const { id } of rows) {
      const record = moved.get(id);
      this.report.source += 1;
      if (record) this.compare(record, expected.get(id), standing.get(record.id), reasons.get(id));
      else if (reasons.has(id)) this.fault('refused', id, reasons.get(id) ?? '');
      else this.fault('missing', id, 'it came after this run had read the table: run it again');
    }
  }

  end(): KindReport {
    return {
      ...this.report,
      ...{ sourceChecksum: this.there.digest('hex'), targetChecksum: this.here.digest('hex') },
    };
  }

  private compare(
    { sourceId }: MovedRecord,
    expected: Prepared<never> | undefined,
    standing: Standing | undefined,
    reason: string | undefined,
  ): void {
    const wanted = expected && checksumOf(this.kind.contentOf(expected));
    const present = standing && checksumOf(standing.content);
    if (wanted !== undefined && wanted === present) this.report.equal += 1;
    else if (standing?.isChanged) {
      this.report.changed += 1;
      return;
    } else if (standing === undefined) this.fault('missing', sourceId, 'it was moved, and is not here');
    else this.fault('different', sourceId, reason ?? 'its content is another one here');
    this.there.update(`${sourceId} ${wanted ?? 'none'}\n`);
    if (present !== undefined) this.here.update(`${sourceId} ${present}\n`);
  }

  private fault(what: Fault['what'], id: string, reason: string): void {
    this.report[what] += 1;
    this.onFault({ kind: this.kind.name, id, what, reason });
  }
}
