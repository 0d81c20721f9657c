import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import type { CacheValue } from '../../../cache/cache-entry.js';
import { TaggedCache } from '../../../cache/tagged-cache.js';
import { epochsOf } from '../../../cache/tags.js';
import { etagOf } from '../../../common/http/etag.js';
import type { Check, ComparedBatch, Difference, DifferencesSoFar } from '../check.js';
import { isSameValue } from '../same-value.js';
import { CachedEntries, type ValidEntry } from './cached-entries.js';
import { FreshLoads } from './fresh-loads.js';
import { InvalidationsInFlight } from './invalidations-in-flight.pg.read-model.js';

/** A writer replaces the tags within this time after its commit. Otherwise an event of the outbox still requests it. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;
const AT_ONCE = 8;

/** Checks that every valid entry of the shared cache equals what its load returns now. */
@Injectable()
export class CacheCheck implements Check {
  readonly name = 'cache';

  constructor(
    private readonly entries: CachedEntries,
    private readonly loads: FreshLoads,
    private readonly inFlight: InvalidationsInFlight,
    private readonly cache: TaggedCache,
  ) {}

  compare(found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
    return this.compareSince(0, found);
  }

  compareRecent(since: Date, found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since.getTime(), found);
  }

  private async *compareSince(sinceMs: number, found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
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

  /** Deletes the entry and replaces its tags, so that every instance drops its copy in memory too. */
  async repair({ id, tags }: Difference): Promise<string | null> {
    await this.entries.remove(String(id));
    return (await this.cache.invalidate(tags)) ? 'removed it and replaced its tags' : null;
  }

  private async look(valid: ValidEntry, found: DifferencesSoFar): Promise<Difference | null> {
    let detail = await this.faultOf(valid);
    // An answer that shows a record with a known difference differs as a consequence. An entry that was tampered with
    // is a difference of its own.
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

  /** Describes the difference of an entry. Null: there is none. */
  private async faultOf(valid: ValidEntry): Promise<string | null> {
    const fresh = await this.loads.of(valid);
    if (fresh === 'unknown') return 'no load of ours makes it';
    if (fresh === null) return 'what it answers does not exist';
    if (!this.entries.isInItsPlace(valid, fresh.key)) return 'it stands under the key of another request';
    const fields = differingFields(valid.entry.value, fresh.value);
    return fields.length === 0 ? null : fields.join(', ');
  }
}

/** Without epochs, because replacing one would make every entry of its organisation a miss. */
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

/** The names of the parts of an answer that differ for a client. */
function differingFields(kept: CacheValue, fresh: CacheValue): string[] {
  const fields = ['status', 'etag', 'source', 'headers'] as const;
  return [
    ...(kept.body.equals(fresh.body) ? [] : ['body']),
    ...fields.filter((field) => !isSameValue(kept[field], fresh[field])),
    ...(kept.isAbsence === fresh.isAbsence ? [] : ['presence']),
  ];
}
