import { Injectable } from '@nestjs/common';

import type { Check, Difference, DifferenceKind } from './check.js';
import { Checks } from './checks.js';
import { withoutReadAhead } from '../read-ahead.js';
import { DifferencesFound } from './differences-found.js';
import type { Pace } from './pace.js';
import { NoCheckSelected, UnknownCheck } from './reconciliation.errors.js';

/** The result of one check. Counts are of records. */
export interface CheckReport extends Record<DifferenceKind, number> {
  name: string;
  compared: number;
  repaired: number;
  seconds: number;
}

/** One record that differs. */
export interface FoundDifference extends Pick<Difference, 'kind' | 'record' | 'detail'> {
  check: string;
  /** What a repair did; null: nothing was repaired. */
  repair: string | null;
}

export interface VerifyReport {
  /** No record differs. After repairs: the second comparison found no difference. */
  ok: boolean;
  /** The reports of the first comparison. */
  checks: CheckReport[];
  /** The first differences, up to `detailLimit`. */
  details: FoundDifference[];
  /** The number of differences in the second comparison; 0 if no repair was needed. */
  remaining: number;
}

export interface VerifyOptions {
  /** Names of checks; all of them by default. */
  only?: readonly string[] | undefined;
  /** Repair the differences, and compare again. */
  isRepair?: boolean;
  /** How many differences `details` holds at most. */
  detailLimit?: number;
  /** Ends the run between two batches. The run rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * If set, the checks that can do so compare only what was created or changed since then, and the other checks do not
   * run.
   */
  since?: Date;
  /** Sets the rest between two batches. The run reads nothing ahead then. */
  pace?: Pace;
  /** Called with the differences of each batch, before the next one. */
  onFound?: (found: readonly FoundDifference[]) => Promise<void>;
  /** Called after each batch. `isSecond`: the comparison after the repairs. */
  onProgress?: (report: Readonly<CheckReport>, isSecond: boolean) => void;
}

/** Compares every copy with its source of truth, and repairs differences. Safe on a running service. */
@Injectable()
export class Reconciliation {
  constructor(private readonly known: Checks) {}

  get names(): string[] {
    return this.known.all.map(({ name }) => name);
  }

  /** Throws `NoCheckSelected`, `UnknownCheck` at once. */
  selected(only?: readonly string[]): readonly Check[] {
    if (!only) return this.known.all;
    if (only.length === 0) throw new NoCheckSelected(this.names);
    const unknown = only.filter((name) => !this.names.includes(name));
    if (unknown.length > 0) throw new UnknownCheck(unknown, this.names);
    return this.known.all.filter(({ name }) => only.includes(name));
  }

  /** Throws `UnknownCheck`, and `StoreUnavailable` if a store stays away, in which case there is no result. */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    const checks = this.selected(options.only);
    const details: FoundDifference[] = [];
    const first = await this.run(checks, options, details);
    const found = differencesOf(first);
    if (found === 0 || !options.isRepair) return { ok: found === 0, checks: first, details, remaining: 0 };
    const remaining = differencesOf(await this.run(checks, options, null));
    return { ok: remaining === 0, checks: first, details, remaining };
  }

  /** One comparison; what it repairs is not compared again. Throws like `verify` if a store stays away. */
  look(options: VerifyOptions): Promise<CheckReport[]> {
    const checks = this.selected(options.only);
    const run = () => this.run(checks, options, []);
    return options.pace ? withoutReadAhead.run(true, run) : run();
  }

  /** `details` null: the second comparison. */
  private async run(
    checks: readonly Check[],
    options: VerifyOptions,
    details: FoundDifference[] | null,
  ): Promise<CheckReport[]> {
    const known = new DifferencesFound();
    const reports: CheckReport[] = [];
    for (const check of checks) {
      const report: CheckReport = {
        ...{ name: check.name, compared: 0, missing: 0, extra: 0, different: 0, repaired: 0, seconds: 0 },
      };
      reports.push(report);
      await this.runOne(check, report, known, options, details);
    }
    return reports;
  }

  private async runOne(
    check: Check,
    report: CheckReport,
    known: DifferencesFound,
    { onProgress, onFound, detailLimit = 0, isRepair = false, signal, since, pace }: VerifyOptions,
    details: FoundDifference[] | null,
  ): Promise<void> {
    const batches = since ? check.compareRecent?.(since, known) : check.compare(known);
    const startedAt = performance.now();
    const mend = isRepair && details !== null ? new Repairs(check) : null;
    const tell = () => {
      report.seconds = secondsSince(startedAt);
      report.repaired = mend?.done ?? 0;
      onProgress?.(report, details === null);
    };
    for await (const batch of batches ?? []) {
      signal?.throwIfAborted();
      report.compared += batch.compared;
      const found: FoundDifference[] = [];
      for (const difference of known.add(batch.differences)) {
        report[difference.kind] += 1;
        found.push({ ...shown(check, difference), repair: (await mend?.repair(difference)) ?? null });
      }
      details?.push(...found.slice(0, Math.max(0, detailLimit - details.length)));
      if (found.length > 0) await onFound?.(found);
      tell();
      await pace?.rest(signal);
    }
    await mend?.tryAgain();
    tell();
  }
}

const MAX_POSTPONED = 10_000;

/**
 * The repairs of one check. A repair that failed is tried again, because the other repairs may have removed the
 * obstacle.
 */
class Repairs {
  done = 0;
  private readonly postponed: Difference[] = [];

  constructor(private readonly check: Check) {}

  async repair(difference: Difference): Promise<string | null> {
    const said = await this.check.repair(difference);
    if (said !== null) this.done += 1;
    else if (this.postponed.length < MAX_POSTPONED) this.postponed.push(difference);
    return said;
  }

  async tryAgain(): Promise<void> {
    for (const difference of this.postponed) {
      if ((await this.check.repair(difference)) !== null) this.done += 1;
    }
  }
}

/** How many records differ. */
export const differencesOf = (reports: readonly CheckReport[]): number =>
  reports.reduce((sum, { missing, extra, different }) => sum + missing + extra + different, 0);

const shown = ({ name }: Check, { kind, record, detail }: Difference) => ({
  check: name,
  kind,
  record,
  detail,
});

const secondsSince = (startedAt: number): number => Math.round(performance.now() - startedAt) / 1_000;
