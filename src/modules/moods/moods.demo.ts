import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { MoodCategoriesService } from './mood-categories.service.js';
import { MoodChanges } from './mood-changes.service.js';

const DAY_MS = 86_400_000;
const CATEGORIES = ['Happy', 'Calm', 'Tired', 'Anxious'];
const DAYS = 14;

/** Mood categories of the demo owner, and a mood for each day of two weeks. */
@Injectable()
export class MoodsDemo implements DemoStep {
  constructor(
    private readonly categories: MoodCategoriesService,
    private readonly moods: MoodChanges,
    private readonly clock: Clock,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.categories.list(actor, 1, null)).length > 0) return [];
    const ids: string[] = [];
    for (const name of CATEGORIES) ids.push((await this.categories.create(actor, { name })).id);
    for (let day = 0; day < DAYS; day += 1) {
      const isGood = day % 3 !== 0;
      await this.moods.create(
        actor,
        {
          category_id: ids[day % ids.length] ?? '',
          intensity: isGood ? 6 + (day % 4) : 2 + (day % 3),
          factors: [{ name: 'Sleep', value: isGood ? 'good' : 'poor' }],
          note: isGood ? 'A walk by the river, and an early night.' : null,
          recorded_at: new Date(this.clock.now().getTime() - day * DAY_MS).toISOString(),
        },
        null,
      );
    }
    return [`${CATEGORIES.length} mood categories`, `${DAYS} moods`];
  }
}
