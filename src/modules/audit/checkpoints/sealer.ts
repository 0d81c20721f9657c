import { Injectable } from '@nestjs/common';

import { AuditedEntries } from './audited-entries.mongo.repository.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { FIRST_ID } from './entry-ids.js';
import { sealBatch } from './seal-batch.js';
import { Sealing } from './sealing.pg.repository.js';
import { WaitingEntries } from './waiting-entries.js';
import { Witnesses } from './witnesses.pg.read-model.js';

/** What holds for a whole round. */
interface Round {
  horizon: string;
  undelivered: ReadonlySet<string>;
}

/** Seals what has settled: one round of the job. */
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
   * Until everything that has settled is sealed, or `signal` says stop. False: another process seals. Rejects with
   * `SealingTakenOver`, `StoreUnavailable`; what was sealed before stays so.
   */
  async seal(signal: AbortSignal): Promise<boolean> {
    let watermark = await this.sealing.lease();
    if (watermark === null) return false;
    const horizon = await this.waiting.horizon(this.tuning.settleMs);
    // Before MongoDB is read: what is delivered after this is found there, or is awaited for nothing.
    const undelivered = new Set(await this.waiting.undelivered(watermark, horizon));
    const round = { horizon, undelivered };
    while (watermark < horizon && !signal.aborted) watermark = await this.sealPage(watermark, round);
    let awaited = FIRST_ID;
    while (awaited !== '' && !signal.aborted) awaited = await this.sealAwaited(awaited, watermark);
    return true;
  }

  /** Seals the next ids; the watermark that it leaves. */
  private async sealPage(from: string, { horizon, undelivered }: Round): Promise<string> {
    const { pageSize } = this.tuning;
    const [entries, witnesses] = await Promise.all([
      this.entries.page(from, horizon, pageSize),
      this.witnesses.page(from, horizon, pageSize),
    ]);
    const logBeginning = await this.witnesses.beginning();
    const foundIds = entries.map(({ _id }) => _id);
    const witnessIds = witnesses.map(({ id }) => id);
    // Of two full pages the shorter one says how far both are complete.
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

  /** Looks for a page of the late ones. Returns the last id that it looked for; empty: that were all. */
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
