import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { UsersModule } from '../users/users.module.js';
import { activityLogSchema } from './activity-log.schema.js';
import { ActivityRecorder } from './activity-recorder.service.js';
import { ActivityController } from './activity.controller.js';
import { ACTIVITY_MODEL, ActivityRepository } from './activity.mongo.repository.js';
import { ActivityService } from './activity.service.js';
import { MemberEmailsReadModel } from './member-emails.pg.read-model.js';
import { SubjectEmails } from './subject-emails.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: ACTIVITY_MODEL, schema: activityLogSchema }]), UsersModule],
  controllers: [ActivityController],
  providers: [ActivityRecorder, ActivityRepository, ActivityService, MemberEmailsReadModel, SubjectEmails],
})
export class ActivityModule {}
