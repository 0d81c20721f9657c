import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import type { DeadEffect, PendingEffect } from './effect.js';
import { EffectCollections } from './effect-collections.js';

interface CarryingDocument {
  _id: string;
  pending?: PendingEffect[];
  dead_letters?: DeadEffect[];
}

type Filter = Readonly<Record<string, unknown>>;

/** Lists the effects of one kind that are not applied. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class EffectBacklog {
  constructor(
    private readonly mongo: Mongo,
    private readonly collections: EffectCollections,
  ) {}

  /** The smallest id of the pending effects. Null if there are none. */
  async oldest(kind: string): Promise<string | null> {
    const ids = await this.ids(kind, ['pending'], { $gt: '' }, () => true);
    return ids.reduce<string | null>((least, id) => (least === null || id < least ? id : least), null);
  }

  /** Dead letters included: those after `after` (exclusive) up to `upTo` (inclusive). */
  within(kind: string, after: string, upTo: string): Promise<string[]> {
    return this.ids(
      kind,
      ['pending', 'dead_letters'],
      { $gt: after, $lte: upTo },
      (id) => id > after && id <= upTo,
    );
  }

  /** Dead letters included: those of `ids`. */
  among(kind: string, ids: readonly string[]): Promise<string[]> {
    const asked = new Set(ids);
    return this.ids(kind, ['pending', 'dead_letters'], { $in: [...ids] }, (id) => asked.has(id));
  }

  /** Filters by `isAsked`, because different elements of an array may satisfy the two halves of a condition. */
  private async ids(
    kind: string,
    fields: readonly ('pending' | 'dead_letters')[],
    condition: Filter,
    isAsked: (id: string) => boolean,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of this.collections.all) {
      for (const field of fields) {
        const documents = await this.mongo.run('effects.backlog', () =>
          this.mongo
            .collection<CarryingDocument>(name)
            .find(
              { [`${field}._id`]: condition },
              { projection: { [`${field}._id`]: 1, [`${field}.kind`]: 1 } },
            )
            .toArray(),
        );
        const effects = documents.flatMap((document) => document[field] ?? []);
        found.push(
          ...effects.filter((effect) => effect.kind === kind && isAsked(effect._id)).map(({ _id }) => _id),
        );
      }
    }
    return found;
  }
}
