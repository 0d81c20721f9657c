import { Injectable } from '@nestjs/common';

import { Unavailable } from '../../../common/errors/kinds.js';
import { FairQueue, QueueFull } from '../../../common/fair-queue.js';
import { Clock } from '../../../common/time/clock.js';
import { AuditedEntries, type TimeRange } from './audited-entries.mongo.repository.js';
import type { Head } from './chain.js';
import { ChainInspection } from './chain-inspection.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { Checkpoints } from './checkpoints.pg.repository.js';
import { FIRST_ID, idFloor, madeAt } from './entry-ids.js';
import { type Finding, Findings } from './findings.js';
import { isEntryId } from './leaf.js';
import { LogComparison } from './log-comparison.js';
import { SealedEntries } from './sealed-entries.js';
import { UnsealedEntrySearch } from './unsealed-entry-search.js';

export interface VerificationOptions {
  range: TimeRange;
  /** A head that an earlier verification returned and the caller has kept. Null: none. */
  known: Head | null;
}

export interface VerificationReport {
  /** The number of sealed entries that were compared. */
  checked: number;
  /** Every entry that was recorded before this moment is sealed. Null: nothing is sealed yet. */
  sealedUntil: Date | null;
  /** The number of entries that are too young, or came too late, to be sealed yet. */
  unsealed: number;
  head: Head | null;
  findings: readonly Finding[];
  findingsTotal: number;
}

/** A verification of this organisation is under way, or too many of other organisations are waiting before it. */
export class VerificationUnderWay extends Unavailable {
  override code = 'audit.verification_under_way';

  constructor() {
    super('Another verification is under way. Try again shortly.', { headers: { 'retry-after': '5' } });
  }
}

/** No known writer makes an id that is further ahead of our clock. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/** Compares the activity log of an organisation with its seals. */
@Injectable()
export class ActivityVerification {
  /** Organisations with a verification that is under way or waiting. */
  private readonly pending = new Set<string>();
  private readonly queue = new FairQueue({ concurrency: 2, perCallerWaiting: 1, waitMs: 60_000 });

  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly sealedEntries: SealedEntries,
    private readonly comparison: LogComparison,
    private readonly entries: AuditedEntries,
    private readonly unsealedEntries: UnsealedEntrySearch,
    private readonly clock: Clock,
    private readonly tuning: CheckpointTuning,
  ) {}

  /**
   * Runs one verification at a time for each organisation, and the organisations in turn, so that a large log delays
   * other organisations but refuses them nothing. Throws `VerificationUnderWay`. Rejects with `StoreUnavailable`.
   */
  async verify(orgId: string, options: VerificationOptions): Promise<VerificationReport> {
    if (this.pending.has(orgId)) throw new VerificationUnderWay();
    this.pending.add(orgId);
    try {
      return await this.queue.run(orgId, () => this.run(orgId, options));
    } catch (error) {
      throw error instanceof QueueFull ? new VerificationUnderWay() : error;
    } finally {
      this.pending.delete(orgId);
    }
  }

  private async run(orgId: string, { range, known }: VerificationOptions): Promise<VerificationReport> {
    const { watermark, head, newest } = await this.checkpoints.state(orgId);
    const findings = new Findings(this.tuning.namedFindings);
    const chain = new ChainInspection(head, known, findings);
    const batches = this.sealedEntries.batches(orgId, 0, newest, (checkpoint) => chain.inspect(checkpoint));
    const { checked, present, sealed } = await this.comparison.compare(orgId, range, batches, findings);
    chain.end();
    const future = idFloor(this.clock.now().getTime() + CLOCK_TOLERANCE_MS);
    const isTail = (id: unknown): boolean => isEntryId(id) && id > (watermark ?? FIRST_ID) && id < future;
    const listed = await this.countListed(orgId, range, isTail);
    let unsealed = listed.tail;
    // If MongoDB lists as many as were compared, each under its own key, then there is no further entry. Without an
    // intact chain this does not follow.
    if (chain.isSound && listed.settled !== present) {
      unsealed += await this.unsealedEntries.search({ orgId, newest, sealed, range, isTail }, findings);
    }
    return {
      checked,
      sealedUntil: watermark === null || watermark === FIRST_ID ? null : madeAt(watermark),
      unsealed,
      head,
      findings: findings.named,
      findingsTotal: findings.total,
    };
  }

  private async countListed(
    orgId: string,
    range: TimeRange,
    isTail: (id: unknown) => boolean,
  ): Promise<{ tail: number; settled: number }> {
    const counts = { tail: 0, settled: 0 };
    for await (const ids of this.entries.ids(orgId, range)) {
      for (const id of ids) counts[isTail(id) ? 'tail' : 'settled'] += 1;
    }
    return counts;
  }
}
