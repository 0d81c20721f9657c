import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { WrappedDataKey } from './data-key.js';
import { DataKeysRepository } from './data-keys.pg.repository.js';
import { KeyWrapping } from './key-wrapping.js';

const BATCH = 200;

export interface RotationProgress {
  rewrapped: number;
  /** Keys that another run has rotated, or that were destroyed, meanwhile. */
  passedOver: number;
}

/**
 * Wraps every data key with the newest of `FIELD_ENCRYPTION_KEYS`. Content is not changed, and stays readable
 * throughout if the ring contains the older keys. Completed work is never repeated, so the next run continues an
 * interrupted one.
 */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly postgres: Postgres,
    private readonly dataKeys: DataKeysRepository,
    private readonly wrapping: KeyWrapping,
  ) {}

  /**
   * Reports after each batch of up to `batchSize` keys. Rejects with `WrappingKeyMissing` and `DataKeyUnreadable`
   * before it changes that batch.
   */
  async run(
    report: (progress: RotationProgress) => void = () => undefined,
    batchSize = BATCH,
  ): Promise<RotationProgress> {
    const progress = { rewrapped: 0, passedOver: 0 };
    let afterId: string | null = null;
    for (;;) {
      const batch = await this.dataKeys.wrappedByOthers(this.wrapping.newestId, afterId, batchSize);
      const last = batch.at(-1);
      if (!last) return progress;
      const rewrapped = await this.rewrap(batch);
      progress.rewrapped += rewrapped;
      progress.passedOver += batch.length - rewrapped;
      report({ ...progress });
      afterId = last.id;
    }
  }

  private rewrap(batch: readonly WrappedDataKey[]): Promise<number> {
    const rewrapped = batch.map((key) => ({ from: key, to: this.wrapping.wrap(this.wrapping.unwrap(key)) }));
    return this.postgres.transaction(async (tx) => {
      let done = 0;
      for (const { from, to } of rewrapped) if (await this.dataKeys.rewrap(tx, from, to)) done += 1;
      return done;
    });
  }
}
