import { Injectable } from '@nestjs/common';

import { nameKey } from '../../../common/text/name-key.js';
import { TagsService } from '../../tags/tags.service.js';
import type { SourceItem } from '../reading/import-source.js';
import { importedTag, planned } from './imported-items.js';
import type { ImportTarget, Intake, PlannedItem } from './intake.js';

/** Tags are matched by their names; one that the person does not have is made. */
@Injectable()
export class TagsIntake implements Intake {
  readonly isReferredTo = true;

  constructor(private readonly tags: TagsService) {}

  plan({ actor, isDryRun, tags }: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]> {
    const plans = items.map((item) =>
      planned(importedTag, item, ({ id: sourceId, name }) => {
        tags.refer(sourceId, name);
        return {
          ...{ index: item.index, sourceId, ids: [nameKey(name)] },
          take: async () => tags.add(name, isDryRun ? null : (await this.tags.create(actor, { name })).id),
        };
      }),
    );
    return Promise.resolve(plans);
  }

  known({ tags }: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(ids.filter((key) => tags.has(key))));
  }
}
