import { Module } from '@nestjs/common';

import { FieldEncryptionModule } from '../field-encryption/field-encryption.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { UsersModule } from '../users/users.module.js';
import { ComparedMoods } from './compared-moods.mongo.repository.js';
import { MoodCategoriesCheck } from './mood-categories.check.js';
import { MoodCategoriesController } from './mood-categories.controller.js';
import { MoodCategoriesReadModel } from './mood-categories.pg.read-model.js';
import { MoodCategoriesRepository } from './mood-categories.pg.repository.js';
import { MoodCategoriesService } from './mood-categories.service.js';
import { MoodChanges } from './mood-changes.service.js';
import { MoodNotesCheck } from './mood-notes.check.js';
import { MoodNotes } from './mood-notes.js';
import { MoodTrends } from './mood-trends.service.js';
import { MoodsController } from './moods.controller.js';
import { MoodsDemo } from './moods.demo.js';
import { MoodsEraser } from './moods.eraser.js';
import { MoodsRepository } from './moods.mongo.repository.js';
import { MoodsService } from './moods.service.js';
import { PastMoods } from './past-moods.service.js';

@Module({
  imports: [FieldEncryptionModule, IdempotencyModule, UsersModule],
  controllers: [MoodCategoriesController, MoodsController],
  providers: [
    ComparedMoods,
    MoodCategoriesCheck,
    MoodCategoriesReadModel,
    MoodCategoriesRepository,
    MoodCategoriesService,
    MoodChanges,
    MoodNotes,
    MoodNotesCheck,
    MoodTrends,
    MoodsDemo,
    MoodsEraser,
    MoodsRepository,
    MoodsService,
    PastMoods,
  ],
  exports: [
    MoodCategoriesCheck,
    MoodCategoriesService,
    MoodNotesCheck,
    MoodsDemo,
    MoodsEraser,
    MoodsService,
    PastMoods,
  ],
})
export class MoodsModule {}
