import { Injectable } from '@nestjs/common';

import type { SectionName } from '../../exports/writing/section.js';
import { EntriesIntake } from './entries.intake.js';
import { FocusSessionsIntake } from './focus-sessions.intake.js';
import type { Intake } from './intake.js';
import { MoodCategoriesIntake } from './mood-categories.intake.js';
import { MoodsIntake } from './moods.intake.js';
import { TagsIntake } from './tags.intake.js';

/** The intake of each section. */
@Injectable()
export class Intakes {
  private readonly bySection: Readonly<Record<SectionName, Intake>>;

  constructor(
    tags: TagsIntake,
    categories: MoodCategoriesIntake,
    moods: MoodsIntake,
    sessions: FocusSessionsIntake,
    entries: EntriesIntake,
  ) {
    this.bySection = { tags, mood_categories: categories, moods, focus_sessions: sessions, entries };
  }

  of(section: SectionName): Intake {
    return this.bySection[section];
  }
}
