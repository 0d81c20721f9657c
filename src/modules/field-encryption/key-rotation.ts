import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { KeyOwner, WrappedDataKey } from './data-key.js';
import { DataKeysRepository } from './data-keys.pg.repository.js';
import { DataKeyUnreadable, WrappingKeyMissing } from './field-encryption.errors.js';
import { KeyWrapping } from './key-wrapping.js';

const BATCH = 200;

const NAMED = 100;

/** A data key that no key of the ring decrypts. */
export interface UnreadableKey extends KeyOwner {
  id: string;
  /** `encryption.key_missing` or `encryption.data_key_unreadable`. */
  code: string;
}

export interface RotationProgress {
  rewrapped: number;
  /** Keys that another run has rotated, or that were destroyed, meanwhile. */
  passedOver: number;
  unreadable: number;
  /** The first of them, at most 100. */
  unreadableKeys: readonly UnreadableKey[];
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
   * Reports after each batch of up to `batchSize` keys. A key that cannot be unwrapped stays as it is and is counted, and the
   * others are rotated.
   */
  async run(
    report: (progress: RotationProgress) => void = () => undefined,
    batchSize = BATCH,
  ): Promise<RotationProgress> {
    const progress = { rewrapped: 0, passedOver: 0, unreadable: 0 };
    const unreadableKeys: UnreadableKey[] = [];
    let afterId: string | null = null;
    for (;;) {
      const batch = await this.dataKeys.wrappedByOthers(this.wrapping.newestId, afterId, batchSize);
      const last = batch.at(-1);
      if (!last) return { ...progress, unreadableKeys };
      const { rewrapped, unreadable } = await this.rewrap(batch);
      progress.rewrapped += rewrapped;
      progress.passedOver += batch.length - rewrapped - unreadable.length;
      progress.unreadable += unreadable.length;
      unreadableKeys.push(...unreadable.slice(0, NAMED - unreadableKeys.length));
      report({ ...progress, unreadableKeys });
      afterId = last.id;
    }
  }

  private async rewrap(batch: readonly WrappedDataKey[]) {
    const unreadable: UnreadableKey[] = [];
    const changes = batch.flatMap((key) => {
      const to = this.rewrapped(key);
      if (!('code' in to)) return [{ from: key, to }];
      unreadable.push(to);
      return [];
    });
    const rewrapped = await this.postgres.transaction(async (tx) => {
      let done = 0;
      for (const { from, to } of changes) if (await this.dataKeys.rewrap(tx, from, to)) done += 1;
      return done;
    });
    return { rewrapped, unreadable };
  }

  private rewrapped(key: WrappedDataKey): WrappedDataKey | UnreadableKey {
    try {
      return this.wrapping.wrap(this.wrapping.unwrap(key));
    } catch (error) {
      if (!(error instanceof WrappingKeyMissing) && !(error instanceof DataKeyUnreadable)) throw error;
      return { orgId: key.orgId, userId: key.userId, id: key.id, code: error.code };
    }
  }
}
