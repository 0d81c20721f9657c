import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { UsersModule } from '../users/users.module.js';
import { activityLogSchema } from './activity-log.schema.js';
import { ActivityController } from './activity.controller.js';
import { ACTIVITY_MODEL, ActivityRepository } from './activity.mongo.repository.js';
import { ActivityService } from './activity.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: ACTIVITY_MODEL, schema: activityLogSchema }]), UsersModule],
  controllers: [ActivityController],
  providers: [ActivityRepository, ActivityService],
})
export class ActivityModule {}
