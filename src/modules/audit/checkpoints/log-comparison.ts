import { setImmediate as yieldToOthers } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { AuditedEntries, type StoredEntry, type TimeRange } from './audited-entries.mongo.repository.js';
import type { Findings } from './findings.js';
import { differenceOf } from './leaf.js';
import { MissingRun } from './missing-run.js';
import type { SealedEntry } from './sealed-entries.js';

export interface Comparison {
  /** The number of sealed entries that were compared: those of the range. */
  checked: number;
  /** How many of them MongoDB lists in the right organisation and in the range. */
  present: number;
  /** The number of all sealed entries. */
  sealed: number;
}

/** Compares each sealed entry with the document that MongoDB has under its id. */
@Injectable()
export class LogComparison {
  constructor(private readonly entries: AuditedEntries) {}

  /** `batches` are in the order in which they were sealed. Reports what was altered, reordered, deleted or cut off. */
  async compare(
    orgId: string,
    range: TimeRange,
    batches: AsyncIterable<readonly SealedEntry[]>,
    findings: Findings,
  ): Promise<Comparison> {
    const missing = new MissingRun(findings);
    const counts: Comparison = { checked: 0, present: 0, sealed: 0 };
    for await (const batch of batches) {
      const asked = batch.filter(({ occurredAtMs }) => isWithin(range, occurredAtMs));
      const found = await this.entries.byIds(asked.map(({ id }) => id));
      counts.sealed += batch.length;
      counts.checked += asked.length;
      for (const sealed of batch) {
        const entry = found.get(sealed.id);
        if (!entry && isWithin(range, sealed.occurredAtMs)) {
          missing.add(sealed);
          continue;
        }
        missing.endedByOther();
        if (!entry) continue;
        report(sealed, entry, findings);
        if (isListed(entry, orgId, range)) counts.present += 1;
      }
      // Computing digests keeps the processor busy, so requests get a turn first.
      await yieldToOthers();
    }
    missing.endedByLog();
    return counts;
  }
}

function report(sealed: SealedEntry, entry: StoredEntry, findings: Findings): void {
  const kind = differenceOf(sealed, entry);
  if (kind === null) return;
  const detail =
    kind === 'altered'
      ? 'The entry does not say what was sealed.'
      : `Sealed as occurred at ${iso(sealed.occurredAtMs)} and recorded at ${iso(sealed.recordedAtMs)}.`;
  findings.add({ kind, entryId: sealed.id, checkpoint: sealed.sequence, detail });
}

function isListed(entry: StoredEntry, orgId: string, range: TimeRange): boolean {
  const { organization_id: owner, occurred_at: occurredAt } = entry;
  return owner === orgId && isWithin(range, occurredAt instanceof Date ? occurredAt.getTime() : Number.NaN);
}

/** Without a range, every time is within it. */
const isWithin = ({ from, to }: TimeRange, ms: number): boolean =>
  (from === null || ms >= from.getTime()) && (to === null || ms < to.getTime());

const iso = (ms: number): string => new Date(ms).toISOString();
