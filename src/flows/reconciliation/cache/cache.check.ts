import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import type { CacheValue } from '../../../cache/cache-entry.js';
import { TaggedCache } from '../../../cache/tagged-cache.js';
import { epochsOf } from '../../../cache/tags.js';
import { etagOf } from '../../../common/http/etag.js';
import type { Check, ComparedBatch, Difference, Found } from '../check.js';
import { isSameValue } from '../same-value.js';
import { CachedEntries, type ValidEntry } from './cached-entries.js';
import { FreshLoads } from './fresh-loads.js';
import { InvalidationsInFlight } from './invalidations-in-flight.pg.read-model.js';

/** A writer replaces the tags within this time after its commit; else an event of the outbox still says so. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;
const AT_ONCE = 8;

/** Every entry of the shared cache that a read would be answered with is what its load gives now. */
@Injectable()
export class CacheCheck implements Check {
  readonly name = 'cache';

  constructor(
    private readonly entries: CachedEntries,
    private readonly loads: FreshLoads,
    private readonly inFlight: InvalidationsInFlight,
    private readonly cache: TaggedCache,
  ) {}

  compare(found: Found): AsyncGenerator<ComparedBatch> {
    return this.compareSince(0, found);
  }

  compareRecent(since: Date, found: Found): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since.getTime(), found);
  }

  private async *compareSince(sinceMs: number, found: Found): AsyncGenerator<ComparedBatch> {
    for await (const all of this.entries.pages()) {
      const page = all.filter((valid) => valid.entry.storedAt >= sinceMs && this.loads.canAskAgain(valid));
      const differences: Difference[] = [];
      for (let from = 0; from < page.length; from += AT_ONCE) {
        const looked = await Promise.all(
          page.slice(from, from + AT_ONCE).map((entry) => this.look(entry, found)),
        );
        differences.push(...looked.filter((difference) => difference !== null));
      }
      yield { compared: page.length, differences };
    }
  }

  /** The entry goes, and with its tags every copy of it in the memory of an instance. */
  async repair({ id, tags }: Difference): Promise<string | null> {
    await this.entries.remove(String(id));
    return (await this.cache.invalidate(tags)) ? 'removed it and replaced its tags' : null;
  }

  private async look(valid: ValidEntry, found: Found): Promise<Difference | null> {
    let detail = await this.faultOf(valid);
    // An answer that shows a record which was found to differ differs with it; one that was tampered with is another.
    if (detail === null || (isUntouched(valid) && found.concerns(valid.tags))) return null;
    for (let look = 1; look < LOOKS; look += 1) {
      await pause(BETWEEN_LOOKS_MS);
      const now = await this.entries.find(valid.redisKey);
      if (!now || !isSameEntry(now, valid)) return null;
      detail = await this.faultOf(now);
      if (detail === null) return null;
    }
    if (await this.inFlight.concern(valid.orgId, valid.tags)) return null;
    const { redisKey: id } = valid;
    const tags = withoutEpochs(valid.tags);
    return { kind: 'different', record: `redis/${id}`, id, detail, tags };
  }

  /** What is wrong with it; null: nothing. */
  private async faultOf(valid: ValidEntry): Promise<string | null> {
    const fresh = await this.loads.of(valid);
    if (fresh === 'unknown') return 'no load of ours makes it';
    if (fresh === null) return 'what it answers does not exist';
    if (!this.entries.isInItsPlace(valid, fresh.key)) return 'it stands under the key of another request';
    const fields = differingFields(valid.entry.value, fresh.value);
    return fields.length === 0 ? null : fields.join(', ');
  }
}

/** Replacing an epoch would make everything of its organisation a miss. */
function withoutEpochs(tags: readonly string[]): readonly string[] {
  const epochs = new Set(epochsOf(tags));
  return tags.filter((tag) => !epochs.has(tag));
}

const isUntouched = ({ entry: { value } }: ValidEntry): boolean =>
  value.etag === null || value.etag === etagOf(value.body);

const isSameEntry = (one: ValidEntry, other: ValidEntry): boolean =>
  one.entry.storedAt === other.entry.storedAt &&
  isSameValue(one.entry.generations, other.entry.generations) &&
  one.entry.value.body.equals(other.entry.value.body);

/** Of what a client is sent. */
function differingFields(kept: CacheValue, fresh: CacheValue): string[] {
  const fields = ['status', 'etag', 'source', 'headers'] as const;
  return [
    ...(kept.body.equals(fresh.body) ? [] : ['body']),
    ...fields.filter((field) => !isSameValue(kept[field], fresh[field])),
    ...(kept.isAbsence === fresh.isAbsence ? [] : ['presence']),
  ];
}
