import { z } from 'zod';

import { parseBody } from '../../../common/http/contract.pipe.js';
import { DomainError } from '../../../common/errors/domain-error.js';
import { canonicalId } from '../../../common/ids/ids.js';
import { givenMoment } from '../../../common/http/moment.js';
import { FOCUS_STATES } from '../../focus-sessions/focus-session-state.js';
import { StartFocusSessionDto } from '../../focus-sessions/focus-sessions.dto.js';
import { CreateEntryDto } from '../../journal/journal.dto.js';
import { CreateMoodCategoryDto } from '../../moods/mood-categories.dto.js';
import { CreateMoodDto } from '../../moods/moods.dto.js';
import { CreateTagDto } from '../../tags/tags.dto.js';
import type { SourceItem } from '../reading/import-source.js';
import { type PlannedItem, refusedItem } from './intake.js';

const MAX_PAUSES = 1_000;

/** Ids of other systems may be numbers; a UUID is one whatever its case. */
const sourceId = z.union([z.string().min(1).max(200).transform(canonicalId), z.int().transform(String)]);
const made = { id: sourceId, created_at: givenMoment.optional(), updated_at: givenMoment.optional() };

export const importedTag = CreateTagDto.schema.extend(made);
export const importedCategory = CreateMoodCategoryDto.schema.extend(made);
export const importedMood = CreateMoodDto.schema.extend({ ...made, category_id: sourceId.nullable() });
export const importedEntry = CreateEntryDto.schema.extend({
  ...made,
  tag_ids: z.array(sourceId).max(50).default([]),
  tags: z.array(z.string().max(200)).max(50).default([]).describe('By their names.'),
  mood_id: sourceId.nullable().default(null),
});
export const importedSession = StartFocusSessionDto.schema.extend({
  ...made,
  state: z.enum(FOCUS_STATES),
  elapsed_seconds: z.int().min(0).max(2_147_483_647),
  pauses: z
    .array(z.strictObject({ started_at: givenMoment, ended_at: givenMoment.nullable() }))
    .max(MAX_PAUSES)
    .default([]),
  productivity_rating: z.int().min(1).max(5).nullable().default(null),
  started_at: givenMoment,
  last_tick_at: givenMoment.nullable().default(null),
  ended_at: givenMoment.nullable(),
});

/** An item as its schema has it, or refused with the faults by their paths. */
export function planned<T extends z.ZodType<{ id: string }>>(
  schema: T,
  { index, value, fault }: SourceItem,
  plan: (item: z.output<T>) => PlannedItem,
): PlannedItem {
  if (fault) return refusedItem(index, null, fault);
  let item: z.output<T>;
  try {
    item = parseBody(schema, value);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const given = z.object({ id: sourceId }).safeParse(value);
    return refusedItem(index, given.data?.id ?? null, error);
  }
  return plan(item);
}

/** A moment of the file; never one that is still to come. */
export const momentOf = (given: string | undefined, now: Date): Date =>
  given === undefined ? now : new Date(Math.min(Date.parse(given), now.getTime()));
