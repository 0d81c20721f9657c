import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { featureFlags } from './feature-collections.js';
import type { FeatureFlag } from './feature-flag.schema.js';
import { FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { FeatureVersionsRepository } from './feature-versions.mongo.repository.js';
import { FeatureChanged, FeatureKeyTaken, FeatureNotFound } from './features.errors.js';
import { type ChangeKind, changeOf, patchOf } from './flag-change.js';
import type { FlagConfig } from './flag-config.js';
import { type Author, flagChanged, flagTouched } from './flag-effects.js';
import { configOf, storedConfigOf } from './stored-flag.js';

const ATTEMPTS = 20;
/** A deleted flag keeps its key until its activity entry is written, which takes some milliseconds. */
const FREEING_MS = 20;

/** Computes the next version from the current one. */
type Decide = (current: FeatureFlag) => FlagConfig | Promise<FlagConfig>;

/** How a version is created, besides its author. */
interface VersionOrigin {
  kind: ChangeKind;
  request?: IdempotentRequest | null;
  scheduleId?: string | null;
}

/**
 * Writes flags version by version, so that no change is lost and each one appears in the history and the activity log.
 */
@Injectable()
export class FlagWriter {
  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly versions: FeatureVersionsRepository,
    private readonly documents: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `FeatureKeyTaken`. */
  async create(
    author: Author,
    key: string,
    config: FlagConfig,
    { kind, request = null }: VersionOrigin = { kind: 'created' },
  ): Promise<FeatureFlag> {
    // The unique index is created in the background when the service is started for the first time.
    if (!request && (await this.flags.find(author.orgId, key))) throw new FeatureKeyTaken();
    const flag = this.newFlag(author, key, config, kind);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return await this.documents.create(featureFlags, flag, [flagChanged(author, flag)], request);
      } catch (error) {
        if (!violatedUniqueIndex(error)) throw error;
      }
      if (await this.flags.find(author.orgId, key)) throw new FeatureKeyTaken();
      if (!(await this.flags.free(author.orgId, key))) await pause(FREEING_MS);
    }
    throw new FeatureKeyTaken();
  }

  /**
   * Replaces the current version by the result of `decide`. Calls `decide` again if another writer was first. A change
   * without a difference creates no version. Throws `FeatureNotFound`, `FeatureChanged`, and whatever `decide` throws.
   */
  async change(author: Author, key: string, how: VersionOrigin, decide: Decide): Promise<FeatureFlag> {
    const { scheduleId = null, request = null } = how;
    const earlier = request && (await this.documents.earlier<FeatureFlag>(featureFlags.name, request));
    if (earlier) return earlier;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.flags.find(author.orgId, key);
      if (!current) throw new FeatureNotFound();
      if (scheduleId !== null && !hasSchedule(current, scheduleId)) return current;
      const next = this.next(author, how.kind, current, await decide(current));
      if (!next) {
        if (scheduleId !== null) await this.endSchedule(author, current, scheduleId);
        await this.documents.note(featureFlags.name, current._id, request);
        return current;
      }
      // Stored first, so that a process that dies afterwards only leaves a copy of the current version, which the next
      // writer writes again.
      await this.versions.keep(current);
      const effects = [flagChanged(author, next)];
      if (!(await this.flags.replace(author.orgId, next, { ...how, effects }))) continue;
      await this.effects.deliver(featureFlags, next._id, effects);
      return next;
    }
    throw new FeatureChanged();
  }

  /** Deletes the flag with its history. Throws `FeatureNotFound`, `FeatureChanged`, and whatever `check` throws. */
  async delete(
    author: Author,
    key: string,
    check: (current: FeatureFlag) => void | Promise<void>,
  ): Promise<void> {
    const current = await this.flags.find(author.orgId, key);
    if (!current) throw new FeatureNotFound();
    await check(current);
    const effects = [flagTouched(author, current, 'deleted', this.clock.now())];
    if (!(await this.flags.delete(author.orgId, current, effects))) throw new FeatureChanged();
    await this.effects.deliver(featureFlags, current._id, effects);
    await this.versions.deleteAllOf(author.orgId, current._id);
  }

  private newFlag(author: Author, key: string, config: FlagConfig, kind: ChangeKind): FeatureFlag {
    const at = this.clock.now();
    return {
      _id: newId(),
      organization_id: author.orgId,
      key,
      ...storedConfigOf(config),
      version: 1,
      change: changeOf(kind, author, at, null, config),
      ...{ deleted: false, created_at: at, updated_at: at },
    };
  }

  /** Null: nothing would change. */
  private next(
    author: Author,
    kind: ChangeKind,
    current: FeatureFlag,
    config: FlagConfig,
  ): FeatureFlag | null {
    const before = configOf(current);
    if (patchOf(before, config).length === 0) return null;
    const at = this.clock.now();
    return {
      ...current,
      ...storedConfigOf(config),
      version: current.version + 1,
      change: changeOf(kind, author, at, before, config),
      updated_at: at,
    };
  }

  /** Ends a schedule whose change makes no difference. */
  private async endSchedule(author: Author, flag: FeatureFlag, id: string): Promise<void> {
    const effects = [flagTouched(author, flag, 'schedule_removed', this.clock.now())];
    const change = { $pull: { schedules: { id } } };
    if (await this.flags.update(author.orgId, flag._id, { 'schedules.id': id }, change, effects))
      await this.effects.deliver(featureFlags, flag._id, effects);
  }
}

const hasSchedule = ({ schedules = [] }: FeatureFlag, id: string): boolean =>
  schedules.some((schedule) => schedule.id === id);
