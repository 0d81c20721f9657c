import { Injectable } from '@nestjs/common';
import type { z } from 'zod';

import { Clock } from '../../../common/time/clock.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { EntryLimitReached, UnknownReferences } from '../../journal/journal.errors.js';
import { PastEntries } from '../../journal/past-entries.service.js';
import { MoodsService } from '../../moods/moods.service.js';
import type { SourceItem } from '../reading/import-source.js';
import { derivedId } from './derived-id.js';
import { importedEntry, momentOf, planned } from './imported-items.js';
import type { ImportTarget, Intake, PlannedItem } from './intake.js';

type ImportedEntry = z.output<typeof importedEntry>;

@Injectable()
export class EntriesIntake implements Intake {
  readonly isReferredTo = false;

  constructor(
    private readonly past: PastEntries,
    private readonly moods: MoodsService,
    private readonly clock: Clock,
  ) {}

  plan(target: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]> {
    const plans = items.map((item) =>
      planned(importedEntry, item, (entry) => {
        const id = derivedId(target.actor, 'entries', entry.id);
        return {
          ...{ index: item.index, sourceId: entry.id, ids: [entry.id, id] },
          take: () => this.take(target, id, entry),
        };
      }),
    );
    return Promise.resolve(plans);
  }

  known({ actor }: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.past.known(actor, ids);
  }

  private async take(target: ImportTarget, id: string, given: ImportedEntry): Promise<void> {
    const entry = await this.entryOf(target, id, given);
    if (!target.isDryRun) return this.past.record(target.actor, entry);
    await this.past.assertFit(target.actor, entry);
    if (target.placesLeft === null) return;
    if (target.placesLeft <= 0) throw new EntryLimitReached();
    target.placesLeft -= 1;
  }

  private async entryOf(target: ImportTarget, id: string, given: ImportedEntry): Promise<JournalEntry> {
    const { tags: names, tag_ids: sources, mood_id: mood, created_at, updated_at, ...facts } = given;
    const now = this.clock.now();
    const tags = [
      ...sources.map((source) => target.tags.ofSource(source)),
      ...names.map((name) => target.tags.ofName(name)),
    ];
    const unknown = tags.flatMap((tag, at) => (tag === undefined ? [pathOf(at, sources.length)] : []));
    if (unknown.length > 0) throw new UnknownReferences(unknown);
    const createdAt = momentOf(created_at, now);
    return {
      ...facts,
      id,
      // Null: a tag that a dry run would make.
      tag_ids: [...new Set(tags.flatMap((tag) => tag ?? []))],
      mood_id: mood === null ? null : await this.moodOf(target, mood),
      entry_date: facts.entry_date ?? createdAt.toISOString().slice(0, 10),
      created_at: createdAt,
      updated_at: momentOf(updated_at ?? created_at, now),
    };
  }

  /** The mood that the file means: the person's own of this id, or the one that was imported for it. */
  private async moodOf({ actor, isDryRun }: ImportTarget, source: string): Promise<string | null> {
    const derived = derivedId(actor, 'moods', source);
    const known = await this.moods.known(actor, [source, derived]);
    if (known.has(source)) return source;
    // A dry run has not imported it.
    return isDryRun && !known.has(derived) ? null : derived;
  }
}

const pathOf = (at: number, ids: number): string => (at < ids ? `tag_ids.${at}` : `tags.${at - ids}`);
