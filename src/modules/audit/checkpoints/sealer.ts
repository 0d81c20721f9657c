import { Injectable } from '@nestjs/common';

import { AuditedEntries } from './audited-entries.mongo.repository.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { FIRST_ID } from './entry-ids.js';
import { sealBatch } from './seal-batch.js';
import { Sealing } from './sealing.pg.repository.js';
import { WaitingEntries } from './waiting-entries.js';
import { Witnesses } from './witnesses.pg.read-model.js';

/** The values of a whole round. */
interface Round {
  horizon: string;
  undelivered: ReadonlySet<string>;
}

/** Seals the entries that have settled, in one round of the job. */
@Injectable()
export class Sealer {
  constructor(
    private readonly entries: AuditedEntries,
    private readonly witnesses: Witnesses,
    private readonly waiting: WaitingEntries,
    private readonly sealing: Sealing,
    private readonly tuning: CheckpointTuning,
  ) {}

  /**
   * Continues until everything that has settled is sealed, or until `signal` is aborted. False: another process is
   * sealing. Rejects with `SealingTakenOver`, `StoreUnavailable`; what was sealed before stays sealed.
   */
  async seal(signal: AbortSignal): Promise<boolean> {
    let watermark = await this.sealing.lease();
    if (watermark === null) return false;
    const horizon = await this.waiting.horizon(this.tuning.settleMs);
    // Read before MongoDB. An entry that is delivered after this is found in MongoDB, or is awaited needlessly.
    const undelivered = new Set(await this.waiting.undelivered(watermark, horizon));
    const round = { horizon, undelivered };
    while (watermark < horizon && !signal.aborted) watermark = await this.sealPage(watermark, round);
    let awaited = FIRST_ID;
    while (awaited !== '' && !signal.aborted) awaited = await this.sealAwaited(awaited, watermark);
    return true;
  }

  /** Seals the next ids. Returns the new watermark. */
  private async sealPage(from: string, { horizon, undelivered }: Round): Promise<string> {
    const { pageSize } = this.tuning;
    const [entries, witnesses] = await Promise.all([
      this.entries.page(from, horizon, pageSize),
      this.witnesses.page(from, horizon, pageSize),
    ]);
    const logBeginning = await this.witnesses.beginning();
    const foundIds = entries.map(({ _id }) => _id);
    const witnessIds = witnesses.map(({ id }) => id);
    // If both pages are full, both are complete only up to the end of the shorter one.
    const to = [foundIds, witnessIds]
      .map((ids) => (ids.length < pageSize ? horizon : (ids.at(-1) ?? horizon)))
      .reduce((a, b) => (a < b ? a : b));
    const ids = new Set([...foundIds, ...witnessIds, ...undelivered]);
    const batch = sealBatch(
      [...ids].filter((id) => id > from && id <= to),
      { entries, witnesses, undelivered, logBeginning },
    );
    await this.sealing.commit({ from, to, ...batch, settled: [] });
    return to;
  }

  /** Looks up one page of the awaited ids. Returns the last id it examined, or an empty text when there are no more. */
  private async sealAwaited(after: string, watermark: string): Promise<string> {
    const ids = await this.sealing.awaited(after);
    if (ids.length === 0) return '';
    const undelivered = new Set(await this.waiting.among(ids));
    const [found, witnesses] = await Promise.all([this.entries.byIds(ids), this.witnesses.byIds(ids)]);
    const logBeginning = await this.witnesses.beginning();
    const entries = [...found.values()];
    const batch = sealBatch(ids, { entries, witnesses, undelivered, logBeginning });
    const settled = ids.filter((id) => !batch.awaited.includes(id));
    if (settled.length > 0) {
      await this.sealing.commit({
        from: watermark,
        to: watermark,
        leaves: batch.leaves,
        awaited: [],
        settled,
      });
    }
    return ids.length < this.tuning.pageSize ? '' : (ids.at(-1) ?? '');
  }
}
