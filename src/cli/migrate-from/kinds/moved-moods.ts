import { z } from 'zod';

import { carrying } from '../../../flows/effects/carrying.js';
import { newSystemActivityEffect } from '../../../modules/activity/activity.effects.js';
import { newInsightEffect } from '../../../modules/insights/insight.effects.js';
import { MoodNotes } from '../../../modules/moods/mood-notes.js';
import { type Mood, MOODS_COLLECTION, type StoredMood } from '../../../modules/moods/mood.js';
import { CreateMoodDto } from '../../../modules/moods/moods.dto.js';
import { derivedId } from '../derived-id.js';
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
import { References } from '../references.js';
import { keptDocuments, standingOf } from './kept-documents.js';

const sourceMood = z.object({
  user_id: reference,
  category_id: reference,
  intensity: z.unknown().optional(),
  factors: z.unknown().optional(),
  note: z.string().nullish(),
  recorded_at: sourceMoment,
  created_at: sourceMoment.nullish(),
});

/** Mood entries, which MongoDB owns: with the effects of their creation. */
export class MovedMoods implements MovedKind<Mood> {
  readonly name = 'mood_entries';
  private readonly notes: MoodNotes;

  constructor(private readonly target: MoveTarget) {
    this.notes = target.app.get(MoodNotes, { strict: false });
  }

  async prepare(
    rows: readonly SourceRow[],
    known: ReadonlyMap<string, MovedRecord>,
  ): Promise<PreparedRows<Mood>> {
    const references = await References.of(this.target, rows, { mood_categories: 'category_id' });
    return sorted(rows, (row) => this.moodOf(row, references, known.get(row.id)));
  }

  async write(records: readonly Prepared<Mood>[]): Promise<void> {
    const { orgId, documents, postgres } = this.target;
    const at = new Date();
    const moods: StoredMood[] = [];
    for (const { record } of records)
      moods.push({ ...record, note: await this.notes.seal(orgId, record.user_id, record._id, record.note) });
    await documents.insert(
      MOODS_COLLECTION,
      moods.map((mood) =>
        carrying(
          mood,
          newSystemActivityEffect(orgId, {
            ...{ event_type: 'mood.created', resource_type: 'mood', resource_id: mood._id, tags: [], at },
          }),
          newInsightEffect({ orgId, userId: mood.user_id }, { when: [mood.recorded_at], at }),
        ),
      ),
    );
    await postgres.transaction((tx) => this.target.records.add(tx, this.name, records));
  }

  contentOf = ({ record }: Prepared<Mood>) => contentOf(record);

  async contents(records: readonly MovedRecord[]): Promise<ReadonlyMap<string, Standing>> {
    const { kept, gone } = await keptDocuments<StoredMood>(
      this.target,
      MOODS_COLLECTION,
      records,
      'mood.deleted',
    );
    return standingOf(kept, gone, async (mood) => {
      const [opened = mood] = await this.notes.open(this.target.orgId, mood.user_id, [mood]);
      return contentOf(opened);
    });
  }

  private moodOf(
    { id: sourceId, fields }: SourceRow,
    references: References,
    known: MovedRecord | undefined,
  ) {
    const row = read(sourceMood, fields);
    if ('reason' in row) return row;
    const { user_id, category_id, intensity, factors, note, recorded_at, created_at } = row.value;
    const owner = references.owner(user_id);
    if ('reason' in owner) return owner;
    const category = references.of('mood_categories', owner.id, category_id);
    if (category === null) return { reason: 'category_id: no category of its account is moved with this id' };
    const valid = read(CreateMoodDto.schema, {
      ...{ category_id: category, intensity, note: note ?? null, recorded_at: recorded_at.toISOString() },
      ...(factors != null && { factors }),
    });
    if ('reason' in valid) return valid;
    const { orgId, source } = this.target;
    const createdAt = created_at ?? recorded_at;
    const id = known?.id ?? derivedId({ orgId, source, kind: this.name, sourceId }, createdAt);
    const record: Mood = {
      ...{ _id: id, organization_id: orgId, user_id: owner.id, category_id: category },
      ...{
        intensity: valid.value.intensity,
        factors: valid.value.factors,
        note: valid.value.note,
        recorded_at,
      },
      ...{ version: 1, created_at: createdAt, updated_at: createdAt },
    };
    return { ready: { sourceId, id, userId: owner.id, record } };
  }
}

const contentOf = ({ user_id, category_id, intensity, factors, note, recorded_at }: Mood) => ({
  ...{ user_id, category_id, intensity, note, recorded_at },
  factors: factors.map(({ name, value }) => ({ name, value })),
});
