import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { CountedWrite } from './effect-outcome.js';
import { EffectTuning } from './effect-tuning.js';

/** The ids that each derived document has counted, by collection. */
type Settled = Map<string, Map<string, string[]>>;

/**
 * Removes counted ids from derived documents, some time after the effect was removed from the document that carried
 * it.
 */
@Injectable()
export class EffectSettlement implements BeforeApplicationShutdown {
  private readonly logger = new Logger(EffectSettlement.name);
  private settled: Settled = new Map();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly documents: ProjectedDocuments,
    private readonly tuning: EffectTuning,
  ) {}

  /** Of effects that are recorded as applied, so that no process applies them any more. */
  add(counted: readonly CountedWrite[]): void {
    for (const write of counted) this.note(write);
    // A process that read the effect before it was recorded may still write it until its claim ends.
    if (this.settled.size > 0) this.timer ??= setTimeout(() => void this.flush(), this.tuning.settleMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) await this.flush();
  }

  private note({ collection, _id, by }: CountedWrite): void {
    const targets = this.settled.get(collection) ?? new Map<string, string[]>();
    this.settled.set(collection, targets);
    const ids = targets.get(_id);
    if (ids) ids.push(by);
    else targets.set(_id, [by]);
  }

  /** An id that is not removed costs only space, because a document keeps a bounded number of ids. */
  private async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { settled } = this;
    this.settled = new Map();
    try {
      for (const [collection, ids] of settled) await this.documents.settle(collection, ids);
    } catch (error) {
      if (error instanceof StoreUnavailable)
        this.logger.debug('Some ids of counted effects stay in their documents');
      else this.logger.warn({ err: error }, 'Some ids of counted effects stay in their documents');
    }
  }
}
