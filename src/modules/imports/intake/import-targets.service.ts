import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { EntitlementsService } from '../../entitlements/entitlements.service.js';
import { MoodCategoriesService } from '../../moods/mood-categories.service.js';
import { TagsService } from '../../tags/tags.service.js';
import type { ImportTarget } from './intake.js';
import { OwnNames } from './own-names.js';

const PAGE = 200;

interface Named {
  id: string;
  name: string;
}

/** Reads what an import has to know of the account that it fills. A person has some thousand names at the most. */
@Injectable()
export class ImportTargets {
  constructor(
    private readonly tags: TagsService,
    private readonly categories: MoodCategoriesService,
    private readonly entitlements: EntitlementsService,
  ) {}

  async of(actor: Principal, isDryRun: boolean): Promise<ImportTarget> {
    const { entryLimit, totalEntries } = await this.entitlements.own(actor);
    return {
      actor,
      isDryRun,
      tags: await namesOf((after) => this.tags.list(actor, PAGE, after)),
      categories: await namesOf((after) => this.categories.list(actor, PAGE, after)),
      placesLeft: entryLimit === null ? null : Math.max(0, entryLimit - totalEntries),
    };
  }
}

async function namesOf(read: (after: string | null) => Promise<Named[]>): Promise<OwnNames> {
  const names = new OwnNames();
  let after: string | null = null;
  for (;;) {
    const found = await read(after);
    for (const { id, name } of found) names.add(name, id);
    const last = found.at(-1);
    if (!last || found.length <= PAGE) return names;
    after = last.id;
  }
}
