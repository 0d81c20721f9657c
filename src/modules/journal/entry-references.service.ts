import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { MoodsService } from '../moods/moods.service.js';
import { PromptsReadModel } from '../prompts/prompts.pg.read-model.js';
import { TagsReadModel } from '../tags/tags.pg.read-model.js';
import type { EntryContent, EntryFacts } from './journal-entry.js';
import { UnknownReferences } from './journal.errors.js';

type References = Partial<Pick<EntryFacts, 'tag_ids' | 'mood_id'> & Pick<EntryContent, 'prompt_responses'>>;

/** The records that an entry refers to: the person's own tags and mood, and prompts of the library. */
@Injectable()
export class EntryReferences {
  constructor(
    private readonly tags: TagsReadModel,
    private readonly prompts: PromptsReadModel,
    private readonly moods: MoodsService,
  ) {}

  /**
   * Throws `UnknownReferences`. Moods are in MongoDB, so if the entry has one it rejects with `StoreUnavailable` while
   * MongoDB is away.
   */
  async assertKnown({ orgId, userId }: Principal, references: References): Promise<void> {
    const { tag_ids: tagIds = [], prompt_responses: responses = [], mood_id: moodId = null } = references;
    const [tags, prompts, isOwnMood] = await Promise.all([
      this.tags.ownedBy(orgId, userId, tagIds),
      this.prompts.existing(responses.map(({ prompt_id }) => prompt_id)),
      moodId === null || this.moods.isOwn(orgId, userId, moodId),
    ]);
    const unknown = [
      ...tagIds.flatMap((id, at) => (tags.has(id) ? [] : [`tag_ids.${at}`])),
      ...responses.flatMap(({ prompt_id }, at) =>
        prompts.has(prompt_id) ? [] : [`prompt_responses.${at}.prompt_id`],
      ),
      ...(isOwnMood ? [] : ['mood_id']),
    ];
    if (unknown.length > 0) throw new UnknownReferences(unknown);
  }
}
