import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { UsersModule } from '../users/users.module.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { AccountsOfRecord } from './accounts.pg.read-model.js';
import { activityLogSchema } from './activity-log.schema.js';
import { ActivityRecorder } from './activity-recorder.service.js';
import { ActivityController } from './activity.controller.js';
import { ACTIVITY_MODEL, ActivityRepository } from './activity.mongo.repository.js';
import { ActivityService } from './activity.service.js';
import { AddressCorrections } from './address-corrections.js';
import { EntryAddresses } from './entry-addresses.mongo.repository.js';
import { EntryHomes } from './entry-homes.js';
import { MemberEmailsReadModel } from './member-emails.pg.read-model.js';
import { SubjectEmails } from './subject-emails.js';
import { UserEmailCheck } from './user-email.check.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: ACTIVITY_MODEL, schema: activityLogSchema }], MONGO_CONNECTION),
    ReconciliationModule,
    UsersModule,
  ],
  controllers: [ActivityController],
  providers: [
    AccountsOfRecord,
    ActivityRecorder,
    ActivityRepository,
    ActivityService,
    AddressCorrections,
    EntryAddresses,
    EntryHomes,
    MemberEmailsReadModel,
    SubjectEmails,
    UserEmailCheck,
  ],
  exports: [EntryHomes, UserEmailCheck],
})
export class ActivityModule {}
