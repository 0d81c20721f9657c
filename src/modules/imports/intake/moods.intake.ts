import { Injectable } from '@nestjs/common';
import type { z } from 'zod';

import { Clock } from '../../../common/time/clock.js';
import { UnknownMoodCategory } from '../../moods/moods.errors.js';
import { MoodsService } from '../../moods/moods.service.js';
import { PastMoods } from '../../moods/past-moods.service.js';
import type { SourceItem } from '../reading/import-source.js';
import { derivedId } from './derived-id.js';
import { importedMood, momentOf, planned } from './imported-items.js';
import type { ImportTarget, Intake, PlannedItem } from './intake.js';

@Injectable()
export class MoodsIntake implements Intake {
  readonly isReferredTo = false;

  constructor(
    private readonly moods: MoodsService,
    private readonly past: PastMoods,
    private readonly clock: Clock,
  ) {}

  plan(target: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]> {
    const plans = items.map((item) =>
      planned(importedMood, item, (mood) => {
        const id = derivedId(target.actor, 'moods', mood.id);
        return {
          ...{ index: item.index, sourceId: mood.id, ids: [mood.id, id] },
          take: () => this.take(target, id, mood),
        };
      }),
    );
    return Promise.resolve(plans);
  }

  known({ actor }: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.moods.known(actor, ids);
  }

  private async take(
    { actor, isDryRun, categories }: ImportTarget,
    _id: string,
    { category_id: source, intensity, factors, note, ...moments }: z.output<typeof importedMood>,
  ): Promise<void> {
    const category_id = source === null ? null : categories.ofSource(source);
    if (category_id === undefined) throw new UnknownMoodCategory();
    if (isDryRun) return;
    const now = this.clock.now();
    const created_at = momentOf(moments.created_at, now);
    await this.past.record(actor, {
      ...{ _id, category_id, intensity, factors, note, created_at },
      recorded_at: moments.recorded_at === undefined ? created_at : new Date(moments.recorded_at),
      updated_at: momentOf(moments.updated_at ?? moments.created_at, now),
    });
  }
}
