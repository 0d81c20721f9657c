import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { FallbackModule } from '../../flows/fallback/fallback.module.js';
import { Reconciler } from '../../flows/fallback/reconciler.js';
import { StoreFallback } from '../../flows/fallback/store-fallback.js';
import { SyncMarks } from '../../flows/fallback/sync-marks.js';
import { LiveChannels } from '../../flows/live/live-channels.js';
import { LiveModule } from '../../flows/live/live.module.js';
import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { AuthModule } from '../auth/auth.module.js';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { AUTHORS, type Authors } from './authors.js';
import { ClientIds } from './client-ids.js';
import { directMessageSchema } from './direct-message.schema.js';
import { DirectMessagesCheck } from './direct-messages.check.js';
import { DirectMessagesMongoRepository } from './direct-messages.mongo.repository.js';
import { DIRECT_MESSAGES } from './direct-messages.token.js';
import { DirectMessages } from './direct-messages.js';
import { GroupMessages } from './group-messages.js';
import { MessageHistory } from './message-history.service.js';
import { MessageRate } from './message-rate.js';
import { MESSAGES_BY_TYPE, type MessagesByType } from './messages-by-type.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.pg.repository.js';
import { MessagesService } from './messages.service.js';
import { directMessages, groupMessages } from './messages.table.js';
import { RoomAccess } from './room-access.service.js';
import { RoomEventsController } from './room-events.controller.js';
import { RoomEventsRepository } from './room-events.pg.repository.js';
import { RoomEventsRetention } from './room-events-retention.js';
import { RoomMembersController } from './room-members.controller.js';
import { RoomMembersService } from './room-members.service.js';
import { RoomReadingRepository } from './room-reading.pg.repository.js';
import { RoomStreams } from './room-streams.js';
import { RoomsController } from './rooms.controller.js';
import { RoomsDemo } from './rooms.demo.js';
import { RoomsEraser } from './rooms.eraser.js';
import { RoomsRepository } from './rooms.pg.repository.js';
import { RoomsService } from './rooms.service.js';

const DIRECT_COPY = Symbol('direct messages in PostgreSQL');
const GROUP_MESSAGES = Symbol('group messages in PostgreSQL');

/** One repository class serves both tables of messages. Only here are the two sides of the direct messages combined. */
const messages = [
  {
    provide: DIRECT_COPY,
    inject: [Postgres, LiveChannels],
    useFactory: (postgres: Postgres, live: LiveChannels) =>
      new MessagesRepository(postgres, live, directMessages, true),
  },
  {
    provide: GROUP_MESSAGES,
    inject: [Postgres, LiveChannels],
    useFactory: (postgres: Postgres, live: LiveChannels) =>
      new MessagesRepository(postgres, live, groupMessages, false),
  },
  {
    provide: DIRECT_MESSAGES,
    inject: [DirectMessagesMongoRepository, DIRECT_COPY, StoreFallback, SyncMarks, Reconciler],
    useFactory: (
      mongodb: DirectMessagesMongoRepository,
      copy: MessagesRepository,
      fallback: StoreFallback,
      marks: SyncMarks,
      reconciler: Reconciler,
    ) => new DirectMessages(mongodb, copy, fallback, marks, reconciler),
  },
  {
    provide: MESSAGES_BY_TYPE,
    inject: [DIRECT_MESSAGES, GROUP_MESSAGES],
    useFactory: (direct: DirectMessages, group: MessagesRepository): MessagesByType => ({
      direct,
      group: new GroupMessages(group),
    }),
  },
  {
    provide: AUTHORS,
    inject: [DIRECT_COPY, GROUP_MESSAGES],
    useFactory: (...tables: MessagesRepository[]): Authors => tables,
  },
];

@Module({
  imports: [
    MongooseModule.forFeature([{ name: 'DirectMessage', schema: directMessageSchema }], MONGO_CONNECTION),
    AuthModule,
    FallbackModule,
    LiveModule,
    RateLimitsModule,
    ReconciliationModule,
  ],
  controllers: [RoomsController, RoomEventsController, RoomMembersController, MessagesController],
  providers: [
    ...messages,
    ClientIds,
    DirectMessagesCheck,
    DirectMessagesMongoRepository,
    MessageHistory,
    MessageRate,
    MessagesService,
    RoomAccess,
    RoomEventsRepository,
    RoomEventsRetention,
    RoomMembersService,
    RoomReadingRepository,
    RoomsDemo,
    RoomsEraser,
    RoomsRepository,
    RoomsService,
    RoomStreams,
  ],
  exports: [DirectMessagesCheck, RoomsDemo, RoomsEraser],
})
export class RoomsModule {}
