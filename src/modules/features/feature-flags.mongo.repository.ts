import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../idempotency/documents/idempotent-request.js';
import { FEATURE_FLAGS_COLLECTION, type FeatureFlag } from './feature-flag.schema.js';

export const FEATURE_FLAG_MODEL = 'FeatureFlag';

export interface FlagFilter {
  tags?: string | undefined;
  owner?: string | undefined;
  flag_type?: string | undefined;
  stale?: boolean | undefined;
  archived?: boolean | undefined;
}

/** The data that a snapshot needs about a flag before it reads the flag. */
export interface FlagRevision {
  _id: string;
  version: number;
}

/** Written together with a version, all or nothing. */
export interface WrittenWith {
  effects: readonly Effect[];
  /** The schedule that the version carries out, which ends with it. */
  scheduleId?: string | null;
  request?: IdempotentRequest | null;
}

const live = (orgId: string) => ({ organization_id: orgId, deleted: false });

const FORGOTTEN = { deleted: true, pending: { $size: 0 } };

/** The current versions of flags. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class FeatureFlagsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    @InjectModel(FEATURE_FLAG_MODEL, MONGO_CONNECTION) private readonly model: Model<FeatureFlag>,
  ) {}

  find(orgId: string, key: string): Promise<FeatureFlag | null> {
    return this.mongo.run('find', () =>
      this.model
        .findOne({ ...live(orgId), key })
        .lean<FeatureFlag>()
        .exec(),
    );
  }

  findById(orgId: string, id: string): Promise<FeatureFlag | null> {
    return this.mongo.run('find', () =>
      this.model
        .findOne({ ...live(orgId), _id: id })
        .lean<FeatureFlag>()
        .exec(),
    );
  }

  /** Newest first. */
  list(orgId: string, filter: FlagFilter, limit: number, afterId: string | null): Promise<FeatureFlag[]> {
    return this.pages.newest<FeatureFlag>(FEATURE_FLAGS_COLLECTION, {
      filter: { ...live(orgId), ...givenConditions(filter) },
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
    });
  }

  /** Of all flags of an organisation that are not archived. */
  revisions(orgId: string): Promise<FlagRevision[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ ...live(orgId), archived: false }, { version: 1 })
        .lean<FlagRevision[]>()
        .exec(),
    );
  }

  byIds(orgId: string, ids: readonly string[]): Promise<FeatureFlag[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ ...live(orgId), _id: { $in: ids } })
        .lean<FeatureFlag[]>()
        .exec(),
    );
  }

  byKeys(orgId: string, keys: readonly string[]): Promise<FeatureFlag[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ ...live(orgId), key: { $in: keys } })
        .lean<FeatureFlag[]>()
        .exec(),
    );
  }

  /** The flags that are not archived and have this one as a parent. */
  childrenOf(orgId: string, key: string): Promise<string[]> {
    return this.keysOf({ ...live(orgId), 'parents.key': key, archived: false });
  }

  /** The flags with a strategy that names this segment. */
  usersOfSegment(orgId: string, number: number): Promise<string[]> {
    return this.keysOf({ ...live(orgId), 'environments.strategies.segments': number });
  }

  /** Replaces the version before that of `next`. False: that version, or the schedule, does not exist any more. */
  async replace(
    orgId: string,
    next: FeatureFlag,
    { effects, scheduleId = null, request = null }: WrittenWith,
  ): Promise<boolean> {
    const { _id, schedules: _kept, ...set } = next;
    const ended = scheduleId === null ? {} : { 'schedules.id': scheduleId };
    const update = {
      $set: set,
      ...(scheduleId !== null && { $pull: { schedules: { id: scheduleId } } }),
    };
    const { matchedCount } = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        unrecorded({ _id, ...live(orgId), version: next.version - 1, ...ended }, request),
        withRecord(withEffects(update, ...effects), request),
      ),
    );
    return matchedCount === 1;
  }

  /** Any other change of a flag's document. False: the filter does not match, or the flag is gone. */
  async update(
    orgId: string,
    id: string,
    filter: Readonly<Record<string, unknown>>,
    change: Readonly<Record<string, unknown>>,
    effects: readonly Effect[],
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { ...live(orgId), ...filter, _id: id } as never,
        effects.length > 0 ? withEffects(change, ...effects) : change,
      ),
    );
    return matchedCount === 1;
  }

  /**
   * Removes everything from a flag that its last effects do not need. False: this version is not the current one any
   * more.
   */
  delete(orgId: string, { _id, version }: FlagRevision, effects: readonly Effect[]): Promise<boolean> {
    const emptied = {
      ...{ deleted: true, archived: true, name: '', description: null, default_value: null },
      ...{ environments: [], parents: [], tags: [], owner: null, 'change.patch': '[]' },
    };
    const change = { $set: emptied, $unset: { schedules: 1, idempotency: 1 } };
    return this.update(orgId, _id, { version }, change, effects);
  }

  /**
   * Frees the key of a deleted flag whose effects are applied. False: there is none, or its effects are not applied
   * yet.
   */
  async free(orgId: string, key: string): Promise<boolean> {
    const { deletedCount } = await this.mongo.run('delete', () =>
      this.model.deleteOne({ ...FORGOTTEN, organization_id: orgId, key }).exec(),
    );
    return deletedCount === 1;
  }

  /** Removes the deleted flags of every organisation whose effects are applied. */
  async forgetDeleted(): Promise<void> {
    await this.mongo.run('delete', () => this.model.deleteMany(FORGOTTEN).exec());
  }

  private async keysOf(filter: Readonly<Record<string, unknown>>): Promise<string[]> {
    const found = await this.mongo.run('find', () =>
      this.model.find(filter, { key: 1 }).limit(20).lean<{ key: string }[]>().exec(),
    );
    return found.map(({ key }) => key);
  }
}
