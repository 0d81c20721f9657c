import { Injectable } from '@nestjs/common';

import type { FeatureFlag } from '../feature-flag.schema.js';
import { FeatureFlagsRepository } from '../feature-flags.mongo.repository.js';
import { SegmentsRepository } from '../segments.mongo.repository.js';
import { configOf } from '../stored-flag.js';
import { FlagSnapshot, type LoadedFlag, type SegmentState } from './flag-snapshot.js';

const BATCH = 500;

/** Reads snapshots from MongoDB. If a former snapshot is given, reads only the flags that have changed since. */
@Injectable()
export class SnapshotLoader {
  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly segments: SegmentsRepository,
  ) {}

  /** Returns the same object if nothing has changed. Rejects with `StoreUnavailable`. */
  async load(orgId: string, last: FlagSnapshot | null): Promise<FlagSnapshot> {
    const [revisions, stored] = await Promise.all([this.flags.revisions(orgId), this.segments.all(orgId)]);
    const segments = stored.map(({ _id, number, name, constraints, version }): SegmentState => ({
      id: number,
      name,
      constraints,
      revision: `${_id}.${version}`,
    }));
    const known = new Map(last?.flags.map((flag) => [flag.id, flag]));
    const isKnown = ({ _id, version }: { _id: string; version: number }): boolean =>
      known.get(_id)?.version === version;
    const changed = revisions.filter((revision) => !isKnown(revision)).map(({ _id }) => _id);
    if (last && changed.length === 0 && last.flags.length === revisions.length) {
      if (areSame(last.segments, segments)) return last;
    }
    const read = await this.read(orgId, changed);
    const kept = revisions.filter(isKnown).flatMap(({ _id }) => known.get(_id) ?? []);
    return new FlagSnapshot([...kept, ...read].toSorted(byKey), segments);
  }

  private async read(orgId: string, ids: readonly string[]): Promise<LoadedFlag[]> {
    const found: LoadedFlag[] = [];
    for (let from = 0; from < ids.length; from += BATCH) {
      const flags = await this.flags.byIds(orgId, ids.slice(from, from + BATCH));
      // A flag that was archived since is removed already.
      for (const flag of flags.filter(({ archived }) => !archived)) found.push(toLoaded(flag));
    }
    return found;
  }
}

const toLoaded = (flag: FeatureFlag): LoadedFlag => ({
  id: flag._id,
  key: flag.key,
  version: flag.version,
  createdAt: flag.created_at,
  config: configOf(flag),
});

const byKey = (one: LoadedFlag, other: LoadedFlag): number => (one.key < other.key ? -1 : 1);

const areSame = (last: readonly SegmentState[], now: readonly SegmentState[]): boolean =>
  last.length === now.length &&
  now.every(({ id, revision }, at) => last[at]?.id === id && last[at].revision === revision);
