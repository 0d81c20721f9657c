import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { Document } from '../projections/projection.js';
import { CountJournal } from './count-journal.mongo.repository.js';
import { type CountRule, mergedCounts, WRITE_FIELD } from './count-rule.js';
import { CountingTuning } from './counting-tuning.js';

/** More than can be counted between two cleanups of the roll-ups. */
const REMEMBERED = 20_000;

/**
 * Adds documents to their roll-ups. The documents of one write are counted at most once, however often the call is
 * repeated.
 */
@Injectable()
export class Counting {
  private readonly logger = new Logger(Counting.name);
  private readonly touched = new Map<CountRule, Set<string>>();
  private forgetAt = 0;

  constructor(
    private readonly documents: ProjectedDocuments,
    private readonly journal: CountJournal,
    private readonly clock: Clock,
    private readonly tuning: CountingTuning,
  ) {}

  /**
   * `inserted` are all documents of the writes `writeIds`. False: not all could be counted, so the journal has to keep
   * the writes. Rejects with `StoreUnavailable`; some documents may be counted then.
   */
  async count(rule: CountRule, inserted: readonly Document[]): Promise<boolean> {
    const writes = [...Map.groupBy(inserted, (document) => String(document[WRITE_FIELD]))].flatMap(
      ([by, documents]) =>
        mergedCounts(rule, documents).map(({ _id, fields, increments }) => ({
          collection: rule.rollUps,
          applyOnce: { _id, by, update: { $inc: increments, $setOnInsert: fields }, remembered: REMEMBERED },
        })),
    );
    if (writes.length === 0) return true;
    const refused = await this.documents.write(rule.rollUps, writes);
    if (refused) {
      this.logger.error({ err: refused.error }, `${rule.rollUps} could not be counted up`);
      return false;
    }
    this.touch(
      rule,
      writes.map(({ applyOnce }) => applyOnce._id),
    );
    return true;
  }

  private touch(rule: CountRule, rollUpIds: readonly string[]): void {
    const touched = this.touched.get(rule) ?? new Set<string>();
    this.touched.set(rule, touched);
    for (const id of rollUpIds) touched.add(id);
    const now = performance.now();
    if (now < this.forgetAt) return;
    this.forgetAt = now + this.tuning.forgetEveryMs;
    this.touched.delete(rule);
    void this.forget(rule, [...touched]);
  }

  /** The caller does not wait for it. An id that is kept too long costs only space. */
  private async forget(rule: CountRule, rollUpIds: readonly string[]): Promise<void> {
    const moment = new Date(this.clock.now().getTime() - this.tuning.clockSkewMs);
    try {
      await this.journal.forget(rule, rollUpIds, moment);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug('Roll-ups forget their writes later');
      else this.logger.warn({ err: error }, 'Roll-ups could not forget the writes that they have counted');
    }
  }
}
