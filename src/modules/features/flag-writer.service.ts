import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { newId } from '../../common/ids/ids.js';
import type { FeatureFlag } from './feature-flag.schema.js';
import { FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { FeatureVersionsRepository } from './feature-versions.mongo.repository.js';
import { FeatureChanged, FeatureNotFound } from './features.errors.js';
import { type ChangeAuthor, type ChangeKind, changeOf, patchOf } from './flag-change.js';
import type { FlagConfig } from './flag-config.js';
import { tagsOfFlag } from './flag-tags.js';
import { configOf, storedConfigOf } from './stored-flag.js';

const ATTEMPTS = 20;

export interface FlagAuthor extends ChangeAuthor {
  orgId: string;
}

/** What becomes of the current version. */
type Decide = (current: FeatureFlag) => FlagConfig | Promise<FlagConfig>;

/** Writes flags: version by version, so that no change is lost and each one stands in the history. */
@Injectable()
export class FlagWriter {
  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly versions: FeatureVersionsRepository,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
  ) {}

  /** Throws `FeatureKeyTaken`. */
  async create(
    author: FlagAuthor,
    key: string,
    config: FlagConfig,
    kind: ChangeKind = 'created',
  ): Promise<FeatureFlag> {
    const at = this.clock.now();
    const flag: FeatureFlag = {
      _id: newId(),
      organization_id: author.orgId,
      key,
      ...storedConfigOf(config),
      version: 1,
      change: changeOf(kind, author, at, null, config),
      created_at: at,
      updated_at: at,
    };
    await this.flags.insert(flag);
    await this.announce(author.orgId, key);
    return flag;
  }

  /**
   * Replaces the current version by what `decide` makes of it; decides again where another writer was faster. What changes
   * nothing makes no version. Throws `FeatureNotFound`, `FeatureChanged`, and whatever `decide` throws.
   */
  async change(author: FlagAuthor, key: string, kind: ChangeKind, decide: Decide): Promise<FeatureFlag> {
    const changed = await this.attempt(author, key, kind, decide, null);
    if (!changed) throw new FeatureChanged();
    return changed;
  }

  /** A scheduled change together with the end of its schedule, so that it happens once. */
  async carryOut(orgId: string, key: string, scheduleId: string, decide: Decide): Promise<void> {
    const author = { orgId, userId: null, apiKeyId: null };
    await this.attempt(author, key, 'scheduled', decide, scheduleId);
  }

  /** Null: others were faster each time. */
  private async attempt(
    author: FlagAuthor,
    key: string,
    kind: ChangeKind,
    decide: Decide,
    scheduleId: string | null,
  ): Promise<FeatureFlag | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.flags.find(author.orgId, key);
      if (!current) throw new FeatureNotFound();
      if (scheduleId !== null && !hasSchedule(current, scheduleId)) return current;
      const next = this.next(author, kind, current, await decide(current));
      if (!next) {
        if (scheduleId !== null) await this.flags.endSchedule(author.orgId, current._id, scheduleId);
        return current;
      }
      // First, so that a process that dies in between leaves a copy of the current version, which the next writer writes again.
      await this.versions.keep(current);
      if (!(await this.flags.replace(author.orgId, next, scheduleId))) continue;
      await this.announce(author.orgId, key);
      return next;
    }
    return null;
  }

  /** To be called after a change of a flag that is no version, before it is answered. */
  async announce(orgId: string, key: string): Promise<void> {
    await this.cache.invalidate(tagsOfFlag(orgId, key));
  }

  /** Null: nothing would change. */
  private next(
    author: FlagAuthor,
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

  /** With its history. Throws `FeatureNotFound`, `FeatureChanged`, and whatever `check` throws. */
  async delete(
    author: FlagAuthor,
    key: string,
    check: (current: FeatureFlag) => void | Promise<void>,
  ): Promise<void> {
    const current = await this.flags.find(author.orgId, key);
    if (!current) throw new FeatureNotFound();
    await check(current);
    if (!(await this.flags.delete(author.orgId, current))) throw new FeatureChanged();
    await this.announce(author.orgId, key);
    await this.versions.deleteAllOf(author.orgId, current._id);
  }
}

const hasSchedule = ({ schedules = [] }: FeatureFlag, id: string): boolean =>
  schedules.some((schedule) => schedule.id === id);
