import type { MoveTarget } from './move-target.js';
import type { MoveProgress } from './move-progress.js';
import { emptyReport, type Fault, type KindReport, type MoveReport } from './move-report.js';
import { note } from '../run-command.js';
import { plural } from '../terminal/table.js';
import { Settling } from './settling.js';
import { compareKind } from './compare-kind.js';
import type { MovedKind, Prepared } from './moved-kind.js';
import { MovedEntries } from './kinds/moved-entries.js';
import { MovedFocusSessions } from './kinds/moved-focus-sessions.js';
import { MovedMoods } from './kinds/moved-moods.js';
import { MovedNames } from './kinds/moved-names.js';
import { MovedUsers } from './kinds/moved-users.js';
import type { MovedKindName } from './moved-record.js';
import type { Source } from './source/source.js';

/** What one transaction takes: each of its records is locked in the outbox until it ends. */
const WRITTEN_AT_ONCE = 200;

export interface MoveOptions {
  /** Rows of the source that are read at once. */
  batch: number;
  isDryRun: boolean;
  only: readonly MovedKindName[];
  detailLimit: number;
}

/** In the order in which they name each other. */
const kindsOf = (target: MoveTarget): MovedKind<never>[] =>
  [
    new MovedUsers(target),
    MovedNames.tags(target),
    MovedNames.moodCategories(target),
    new MovedMoods(target),
    new MovedEntries(target),
    new MovedFocusSessions(target),
  ] as unknown as MovedKind<never>[];

/**
 * Moves what is not moved yet, then compares everything. It may be killed at any moment and started again: a record is noted
 * as moved in the transaction that writes it, or after the write where MongoDB owns it, and its id follows from the source's.
 */
export class Move {
  private readonly kinds: MovedKind<never>[];

  constructor(
    private readonly source: Source,
    private readonly target: MoveTarget,
    private readonly options: MoveOptions,
    private readonly progress: MoveProgress,
  ) {
    this.kinds = kindsOf(target).filter(({ name }) => options.only.includes(name));
  }

  async run(): Promise<MoveReport> {
    const { isDryRun, detailLimit } = this.options;
    const report: MoveReport = { source: this.source.name, isDryRun, kinds: [], faults: [] };
    const found = (fault: Fault) => report.faults.length < detailLimit && report.faults.push(fault);
    for (const kind of this.kinds) report.kinds.push(await this.move(kind, found));
    if (isDryRun) return report;
    for (const [at, kind] of this.kinds.entries()) {
      const moved = report.kinds[at]?.moved ?? 0;
      const compared = await compareKind(kind, this.batches(kind), this.target, found, (rows) =>
        this.progress.show(`${kind.name}, compared`, rows),
      );
      report.kinds[at] = { ...compared, moved };
    }
    const left = await new Settling(this.target).wait((underWay) =>
      this.progress.show('effects under way', underWay),
    );
    if (left > 0) note(`! ${plural(left, 'effect')} left to the workers of the service.`);
    return report;
  }

  private batches({ name }: MovedKind<never>) {
    return this.source.batches(name, this.options.batch);
  }

  private async move(kind: MovedKind<never>, found: (fault: Fault) => void): Promise<KindReport> {
    const { isDryRun } = this.options;
    const report = emptyReport(kind.name);
    const step = `${kind.name}, ${isDryRun ? 'looked at' : 'read'}`;
    this.progress.show(step, 0);
    for await (const rows of this.batches(kind)) {
      const known = await this.target.records.find(
        kind.name,
        rows.map(({ id }) => id),
      );
      const isKnown = new Set(known.map(({ sourceId }) => sourceId));
      const { ready, refused } = await kind.prepare(
        rows.filter(({ id }) => !isKnown.has(id)),
        new Map(),
      );
      if (isDryRun) {
        this.target.known.pretend(kind.name, ready);
        for (const { id, reason } of refused) found({ kind: kind.name, id, what: 'refused', reason });
      } else await this.write(kind, ready);
      report.source += rows.length;
      report.equal += known.length;
      report.moved += ready.length;
      report.refused += refused.length;
      this.progress.show(step, report.source);
    }
    return report;
  }

  private async write(kind: MovedKind<never>, ready: readonly Prepared<never>[]): Promise<void> {
    for (let from = 0; from < ready.length; from += WRITTEN_AT_ONCE)
      await kind.write(ready.slice(from, from + WRITTEN_AT_ONCE));
  }
}
