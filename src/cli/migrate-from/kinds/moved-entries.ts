import { z } from 'zod';

import { EmptyEntry } from '../../../modules/journal/journal.errors.js';
import { CreateEntryDto } from '../../../modules/journal/journal.dto.js';
import { openEntry, sealEntry } from '../../../modules/journal/entry-sealing.js';
import { assertNotEmpty } from '../../../modules/journal/entry-texts.js';
import {
  JOURNAL_COLLECTION,
  type JournalEntry,
  type StoredEntry,
} from '../../../modules/journal/journal-entry.js';
import { PromptsReadModel } from '../../../modules/prompts/prompts.pg.read-model.js';
import { derivedId } from '../derived-id.js';
import { DeliveredEntries } from '../delivered-entries.js';
import { EntryPlacesRepository } from '../entry-places.pg.repository.js';
import type { MoveTarget } from '../move-target.js';
import {
  type MovedKind,
  type Prepared,
  type PreparedRows,
  read,
  reference,
  sorted,
  sourceMoment,
  type Standing,
} from '../moved-kind.js';
import type { MovedRecord, SourceRow } from '../moved-record.js';
import { NamesRepository } from '../names.pg.repository.js';
import { References } from '../references.js';
import { keptDocuments, standingOf } from './kept-documents.js';

const sourceEntry = z.object({
  user_id: reference,
  title: z.unknown().optional(),
  content: z.unknown().optional(),
  entry_type: z.unknown().optional(),
  entry_date: z.union([z.string(), z.date().transform((date) => date.toISOString().slice(0, 10))]),
  is_favorite: z.boolean().nullish(),
  tag_ids: z.array(reference).max(1_000).nullish(),
  mood_id: reference.nullish(),
  photos: z.unknown().optional(),
  voice_notes: z.unknown().optional(),
  prompt_responses: z.unknown().optional(),
  created_at: sourceMoment,
  updated_at: sourceMoment.nullish(),
});
type SourceEntry = z.infer<typeof sourceEntry>;

type OwnedEntry = JournalEntry & { user_id: string };

/** What rows name of other records here. */
interface Named {
  references: References;
  /** Ids of tags that are there still. */
  tags: ReadonlySet<string>;
  prompts: ReadonlySet<string>;
}

/** Journal entries: encrypted, with their place in PostgreSQL and the event that carries them to MongoDB. */
export class MovedEntries implements MovedKind<OwnedEntry> {
  readonly name = 'journal_entries';
  private readonly places: EntryPlacesRepository;
  private readonly delivered: DeliveredEntries;
  private readonly tags: NamesRepository;
  private readonly prompts: PromptsReadModel;

  constructor(private readonly target: MoveTarget) {
    this.places = EntryPlacesRepository.of(target);
    this.delivered = new DeliveredEntries(target);
    this.tags = NamesRepository.tags(target.postgres, target.orgId);
    this.prompts = target.app.get(PromptsReadModel, { strict: false });
  }

  async prepare(
    rows: readonly SourceRow[],
    known: ReadonlyMap<string, MovedRecord>,
  ): Promise<PreparedRows<OwnedEntry>> {
    const references = await References.of(this.target, rows, { tags: 'tag_ids', mood_entries: 'mood_id' });
    const named: Named = {
      references,
      tags: await this.presentTags(references.idsOf('tags')),
      prompts: await this.prompts.existing(rows.flatMap(({ fields }) => promptsOf(fields))),
    };
    return sorted(rows, (row) => this.entryOf(row, named, known.get(row.id)));
  }

  async write(records: readonly Prepared<OwnedEntry>[]): Promise<void> {
    const { orgId, encryption, postgres } = this.target;
    const entries: StoredEntry[] = [];
    for (const { userId, record } of records) {
      const { user_id: _owner, ...entry } = record;
      entries.push(await sealEntry(await encryption.forUser(orgId, userId), { orgId, userId }, entry));
    }
    await postgres.transaction(async (tx) => {
      await this.places.take(tx, entries);
      await this.target.records.add(tx, this.name, records);
    });
  }

  contentOf = ({ record }: Prepared<OwnedEntry>) => contentOf(record);

  async contents(records: readonly MovedRecord[]): Promise<ReadonlyMap<string, Standing>> {
    const { deleted } = await this.delivered.wait(records);
    const { kept, gone } = await keptDocuments<StoredEntry>(
      this.target,
      JOURNAL_COLLECTION,
      records,
      'journal_entry.deleted',
    );
    return standingOf(kept, [...gone, ...deleted], async (stored) => {
      const cipher = await this.target.encryption.ofReader(this.target.orgId, stored.user_id);
      return cipher && contentOf({ ...openEntry(cipher, stored), user_id: stored.user_id });
    });
  }

  /** A dry run has tags that are nowhere yet. */
  private async presentTags(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.tags.find(ids);
    return new Set([...found.map(({ id }) => id), ...ids.filter((id) => this.target.known.isPretended(id))]);
  }

  private entryOf({ id: sourceId, fields }: SourceRow, named: Named, known: MovedRecord | undefined) {
    const row = read(sourceEntry, fields);
    if ('reason' in row) return row;
    const owner = named.references.owner(row.value.user_id);
    if ('reason' in owner) return owner;
    const links = linksOf(row.value, owner.id, named);
    if ('reason' in links) return links;
    const valid = read(CreateEntryDto.schema, { ...givenOf(row.value), ...links.links });
    if ('reason' in valid) return valid;
    const reason = contentFault(valid.value, named);
    if (reason !== null) return { reason };
    const { orgId, source } = this.target;
    const { created_at, updated_at } = row.value;
    const id = known?.id ?? derivedId({ orgId, source, kind: this.name, sourceId }, created_at);
    const record: OwnedEntry = {
      ...valid.value,
      ...{ id, user_id: owner.id, entry_date: row.value.entry_date },
      ...{ created_at, updated_at: updated_at ?? created_at },
    };
    return { ready: { sourceId, id, userId: owner.id, record } };
  }
}

/** What the source leaves out has its default here. */
const givenOf = ({ title, content, entry_type, entry_date, is_favorite, ...parts }: SourceEntry) =>
  Object.fromEntries(
    Object.entries({
      ...{ title, content, entry_type, entry_date, is_favorite },
      ...{ photos: parts.photos, voice_notes: parts.voice_notes, prompt_responses: parts.prompt_responses },
    }).filter(([, value]) => value != null),
  );

/** The tags and the mood of an entry here. A tag that was deleted here is left out. */
function linksOf(
  { tag_ids, mood_id }: SourceEntry,
  userId: string,
  { references, tags }: Named,
): { links: Pick<JournalEntry, 'tag_ids' | 'mood_id'> } | { reason: string } {
  const ids = (tag_ids ?? []).map((id) => references.of('tags', userId, id));
  if (ids.includes(null)) return { reason: 'tag_ids: no tag of its account is moved with one of these ids' };
  const mood = mood_id == null ? null : references.of('mood_entries', userId, mood_id);
  if (mood_id != null && mood === null)
    return { reason: 'mood_id: no mood of its account is moved with this id' };
  const present = ids.filter((id) => id !== null).filter((id) => tags.has(id));
  return { links: { tag_ids: [...new Set(present)], mood_id: mood } };
}

function contentFault(entry: CreateEntryDto, { prompts }: Named): string | null {
  if (entry.prompt_responses.some(({ prompt_id: id }) => !prompts.has(id)))
    return 'prompt_responses: the library here has no such prompt';
  try {
    assertNotEmpty(entry);
    return null;
  } catch (error) {
    if (error instanceof EmptyEntry) return 'content: the entry is empty';
    throw error;
  }
}

function promptsOf({ prompt_responses: responses }: SourceRow['fields']): string[] {
  const named = z.array(z.looseObject({ prompt_id: z.string() })).safeParse(responses);
  return named.success ? named.data.map(({ prompt_id: id }) => id) : [];
}

const contentOf = ({ user_id, tag_ids, ...entry }: OwnedEntry) => ({
  ...{ user_id, title: entry.title, content: entry.content, entry_type: entry.entry_type },
  ...{ entry_date: entry.entry_date, is_favorite: entry.is_favorite, mood_id: entry.mood_id },
  ...{ photos: entry.photos, voice_notes: entry.voice_notes, prompt_responses: entry.prompt_responses },
  ...{ created_at: entry.created_at, tag_ids: [...tag_ids].sort() },
});
