import { Injectable } from '@nestjs/common';

import { nameKey } from '../../../common/text/name-key.js';
import { MoodCategoriesService } from '../../moods/mood-categories.service.js';
import type { SourceItem } from '../reading/import-source.js';
import { importedCategory, planned } from './imported-items.js';
import type { ImportTarget, Intake, PlannedItem } from './intake.js';

/** Mood categories are matched by their names; one that the person does not have is made. */
@Injectable()
export class MoodCategoriesIntake implements Intake {
  readonly isReferredTo = true;

  constructor(private readonly categories: MoodCategoriesService) {}

  plan({ actor, isDryRun, categories }: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]> {
    const plans = items.map((item) =>
      planned(importedCategory, item, ({ id: sourceId, name }) => {
        categories.refer(sourceId, name);
        return {
          ...{ index: item.index, sourceId, ids: [nameKey(name)] },
          take: async () =>
            categories.add(name, isDryRun ? null : (await this.categories.create(actor, { name })).id),
        };
      }),
    );
    return Promise.resolve(plans);
  }

  known({ categories }: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(ids.filter((key) => categories.has(key))));
  }
}
