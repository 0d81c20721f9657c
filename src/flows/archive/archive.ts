import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { Declarations } from '../declarations.js';
import { ArchiveFiles } from './archive-files.js';
import { type ArchivedDay, type ArchiveRule, boundsOf, retainedSince } from './archive-rule.js';
import { ExpiredDocuments } from './expired-documents.mongo.repository.js';

/** The result of one run. */
export interface ArchiveResult {
  files: number;
  /** By collection. */
  removed: Readonly<Record<string, number>>;
}

/**
 * Writes documents past their retention into files, and then removes them. A document is removed only if a complete
 * file with the right checksum contains it. So a run may be killed anywhere and repeated.
 */
@Injectable()
export class Archive {
  private readonly logger = new Logger(Archive.name);

  constructor(
    private readonly declarations: Declarations,
    private readonly documents: ExpiredDocuments,
    private readonly files: ArchiveFiles,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Rejects with `StoreUnavailable` if MongoDB goes away, and if a file cannot be written. */
  async run(signal?: AbortSignal): Promise<ArchiveResult> {
    const result = { files: 0, removed: {} as Record<string, number> };
    for (const owned of this.declarations.collections) {
      if (owned.archived) await this.archive(owned, owned.archived, result, signal);
    }
    return result;
  }

  private async archive(
    { name: collection }: OwnedCollection,
    rule: ArchiveRule,
    result: { files: number; removed: Record<string, number> },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const since = retainedSince(this.clock.now(), rule.retentionDays(this.config));
    for (const orgId of await this.documents.organizations(collection)) {
      for (;;) {
        if (signal?.aborted) return;
        const oldest = await this.documents.oldest(collection, orgId, rule.momentField, since);
        if (!oldest) break;
        const day: ArchivedDay = { collection, orgId, day: oldest.toISOString().slice(0, 10) };
        const earlier = await this.files.of(day);
        let removed = 0;
        for (const file of earlier) removed += await this.removeHeld(day, file);
        // A new file must not repeat what an earlier run has written and not removed.
        const isLeft = removed === 0 || (await this.isLeft(day, rule));
        if (isLeft) {
          removed += await this.removeHeld(day, await this.write(day, rule));
          result.files += 1;
        }
        result.removed[collection] = (result.removed[collection] ?? 0) + removed;
        if (removed === 0)
          throw new Error(`The archive of ${collection} of ${day.day} holds none of its documents`);
      }
    }
  }

  private async isLeft({ collection, orgId, day }: ArchivedDay, rule: ArchiveRule): Promise<boolean> {
    const { from, to } = boundsOf(day);
    const oldest = await this.documents.oldest(collection, orgId, rule.momentField, to);
    return oldest !== null && oldest >= from;
  }

  private write(day: ArchivedDay, rule: ArchiveRule): Promise<string> {
    const { documents } = this;
    async function* archived(): AsyncGenerator<object> {
      for await (const document of documents.ofDay(day, rule.momentField))
        yield { ...rule.toArchive(document), _id: document._id };
    }
    return this.files.write(day, archived());
  }

  /** Removes the documents that a file contains. A damaged file counts as empty. */
  private async removeHeld({ collection }: ArchivedDay, file: string): Promise<number> {
    if (!(await this.files.isWhole(file))) {
      this.logger.error(`${file} is not what was written: what it holds is kept`);
      return 0;
    }
    let removed = 0;
    let ids: string[] = [];
    for await (const value of this.files.read(file)) {
      ids.push((value as { _id: string })._id);
      if (ids.length < 5_000) continue;
      removed += await this.documents.remove(collection, ids);
      ids = [];
    }
    return removed + (await this.documents.remove(collection, ids));
  }
}
