import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  Module,
  Param,
  Post,
  Res,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Schema } from 'mongoose';

import { CacheModule } from '../../../src/cache/cache.module.js';
import { CommonModule } from '../../../src/common/common.module.js';
import { NotFound } from '../../../src/common/errors/kinds.js';
import { CurrentPrincipal } from '../../../src/common/http/current-principal.js';
import type { Principal } from '../../../src/common/http/principal.js';
import { newId } from '../../../src/common/ids/ids.js';
import { DECLARED } from '../../../src/declare.js';
import { Clock } from '../../../src/common/time/clock.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import { withEffects } from '../../../src/flows/effects/carrying.js';
import { EffectCollections } from '../../../src/flows/effects/effect-collections.js';
import { carriesEffects } from '../../../src/flows/effects/effect-schema.js';
import { Effects } from '../../../src/flows/effects/effects.js';
import { FlowsModule } from '../../../src/flows/flows.module.js';
import { activityEffects, newActivityEffect } from '../../../src/modules/activity/activity.effects.js';
import {
  IdempotentBy,
  IdempotencyOf,
} from '../../../src/modules/idempotency/documents/idempotent-by.decorator.js';
import { IdempotentDocuments } from '../../../src/modules/idempotency/documents/idempotent-documents.service.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../../../src/modules/idempotency/documents/idempotent-request.js';
import { keepsIdempotency } from '../../../src/modules/idempotency/documents/idempotency-schema.js';
import { IdempotencyModule } from '../../../src/modules/idempotency/idempotency.module.js';
import { IgnoresIdempotencyKey } from '../../../src/modules/idempotency/ignores-idempotency-key.decorator.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { MongoModule } from '../../../src/stores/mongo/mongo.module.js';
import { PostgresModule } from '../../../src/stores/postgres/postgres.module.js';
import { RedisModule } from '../../../src/stores/redis/redis.module.js';
import { declareWhenUp } from '../effects/effects-harness.js';
import type { TestStores } from '../../support/test-stores.js';

export const MEMOS = 'memos';

const memoSchema = new Schema({ _id: String, organization_id: String, text: String }, { collection: MEMOS });
carriesEffects(memoSchema);
keepsIdempotency(memoSchema);

export const memos: OwnedCollection = {
  name: MEMOS,
  schema: memoSchema,
  resource: 'memos',
  effects: [activityEffects],
  ofOrganization: 'deleted',
  ofAccount: [],
};

export interface Memo {
  _id: string;
  organization_id: string;
  text: string;
}

class NoMemo extends NotFound {
  override code = 'memos.not_found';
}

/** How often a handler ran, and what it does before it answers. */
@Injectable()
export class Runs {
  count = 0;
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
}

@Controller('memos')
export class MemosController {
  constructor(
    private readonly documents: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly mongo: Mongo,
    private readonly clock: Clock,
    private readonly runs: Runs,
  ) {}

  @Post()
  @IdempotentBy(MEMOS)
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() { text }: { text: string },
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    this.runs.count += 1;
    const memo: Memo = { _id: newId(), organization_id: actor.orgId, text };
    const stored = await this.documents.create(memos, memo, [this.effectOf(actor, memo, 'created')], request);
    await this.runs.beforeAnswer();
    void reply.header('location', `/memos/${stored._id}`);
    return { id: stored._id, text: stored.text };
  }

  @Post('evaluate')
  @IgnoresIdempotencyKey()
  evaluate(): object {
    this.runs.count += 1;
    return { runs: this.runs.count };
  }

  @Post(':id/append')
  @IdempotentBy(MEMOS)
  async append(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() { text }: { text: string },
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<object> {
    const effect = this.effectOf(actor, { _id: id, organization_id: actor.orgId, text }, 'appended');
    const collection = this.mongo.connection.db?.collection<Memo & { parts: string[] }>(MEMOS);
    const changed = await collection?.findOneAndUpdate(
      unrecorded({ _id: id, organization_id: actor.orgId }, request),
      withRecord(withEffects({ $push: { parts: text } }, effect), request),
      { returnDocument: 'after' },
    );
    if (!changed) throw new NoMemo();
    await this.effects.deliver(memos, id, [effect]);
    return { parts: changed.parts };
  }

  private effectOf(actor: Principal, memo: Memo, what: string) {
    return newActivityEffect(actor, {
      event_type: `memo.${what}`,
      resource_type: 'memo',
      resource_id: memo._id,
      tags: [],
      at: this.clock.now(),
    });
  }
}

/** Takes the principal from the headers `x-org` and `x-user`. */
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.principal = {
      kind: 'user',
      orgId: String(request.headers['x-org']),
      userId: String(request.headers['x-user']),
      role: 'owner',
      platformRole: 'user',
      sessionId: null,
      apiKeyId: null,
      scopes: null,
      flagEnvironment: null,
    };
    return true;
  }
}

/** One instance of a small application whose memos are MongoDB's. */
export async function startMemosApp(
  stores: TestStores,
  clock: Clock,
): Promise<{ app: NestFastifyApplication; runs: Runs; mongo: Mongo }> {
  @Module({
    imports: [
      ConfigModule.forRoot(stores.config),
      CommonModule,
      PostgresModule,
      MongoModule,
      RedisModule,
      CacheModule,
      FlowsModule.forRoot(DECLARED),
      IdempotencyModule,
    ],
    controllers: [MemosController],
    providers: [Runs, { provide: APP_GUARD, useClass: HeaderGuard }],
  })
  class MemosApp {}

  const module = await Test.createTestingModule({ imports: [MemosApp] })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(EffectCollections)
    .useValue(new EffectCollections([memos]))
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const mongo = app.get(Mongo, { strict: false });
  await declareWhenUp(mongo, memos);
  return { app, runs: app.get(Runs), mongo };
}
