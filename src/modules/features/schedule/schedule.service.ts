import { Injectable, Logger } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { newId } from '../../../common/ids/ids.js';
import { Clock } from '../../../common/time/clock.js';
import { Effects } from '../../../flows/effects/effects.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { featureFlags } from '../feature-collections.js';
import type { FeatureFlag } from '../feature-flag.schema.js';
import { FeatureNotFound, ScheduleNotFound } from '../features.errors.js';
import { canChangeFeatures, canReadFeatures } from '../features.policy.js';
import { flagTouched } from '../flag-effects.js';
import { FlagReferencesService } from '../flag-references.service.js';
import { FlagWriter } from '../flag-writer.service.js';
import { configOf } from '../stored-flag.js';
import type { FlagSchedule } from './flag-schedule.js';
import { ScheduleTriggers } from './schedule-triggers.service.js';
import { scheduledConfig } from './scheduled-config.js';
import { SchedulesRepository } from './schedules.mongo.repository.js';

/** Scheduled changes of flags. Throws `Forbidden`, `StoreUnavailable`, `FeatureNotFound`. */
@Injectable()
export class ScheduleService {
  private readonly logger = new Logger(ScheduleService.name);

  constructor(
    private readonly schedules: SchedulesRepository,
    private readonly triggers: ScheduleTriggers,
    private readonly references: FlagReferencesService,
    private readonly writer: FlagWriter,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `ScheduleNotFound`. */
  async get(actor: Principal, key: string, environment: string): Promise<FlagSchedule> {
    assertCan(canReadFeatures(actor));
    const schedule = inEnvironment(await this.flag(actor.orgId, key), environment);
    if (!schedule) throw new ScheduleNotFound();
    return schedule;
  }

  /** Replaces the schedule of this environment. Throws `Invalid` if the change would be invalid now. */
  async set(
    actor: Principal,
    key: string,
    environment: string,
    at: Date,
    change: Readonly<Record<string, unknown>>,
  ): Promise<FlagSchedule> {
    assertCan(canChangeFeatures(actor));
    const { orgId, userId, apiKeyId } = actor;
    const flag = await this.flag(orgId, key);
    await this.references.assertValid(orgId, key, scheduledConfig(configOf(flag), environment, change));
    const now = this.clock.now();
    const schedule: FlagSchedule = {
      ...{ id: newId(), environment, at, change: JSON.stringify(change) },
      ...{ author: { userId, apiKeyId }, created_at: now },
    };
    // The trigger first, because a trigger without a schedule does nothing, but a schedule without a trigger would
    // never be due.
    await this.triggers.set({ orgId, flagId: flag._id, scheduleId: schedule.id }, at);
    const payload = { environment, at: at.toISOString() };
    const effects = [flagTouched(actor, flag, 'schedule_set', now, payload)];
    if (!(await this.schedules.put(orgId, flag._id, schedule, effects))) throw new FeatureNotFound();
    await this.effects.deliver(featureFlags, flag._id, effects);
    await this.cancelTrigger(orgId, flag, environment);
    return schedule;
  }

  /** Throws `ScheduleNotFound`. */
  async delete(actor: Principal, key: string, environment: string): Promise<void> {
    assertCan(canChangeFeatures(actor));
    const flag = await this.flag(actor.orgId, key);
    const now = this.clock.now();
    const effects = [flagTouched(actor, flag, 'schedule_removed', now, { environment })];
    if (!(await this.schedules.remove(actor.orgId, flag._id, environment, effects)))
      throw new ScheduleNotFound();
    await this.effects.deliver(featureFlags, flag._id, effects);
    await this.cancelTrigger(actor.orgId, flag, environment);
  }

  /** Carries out a due schedule. Does nothing if it was replaced, deleted or carried out already. */
  async carryOut(orgId: string, flagId: string, scheduleId: string): Promise<void> {
    const flag = await this.schedules.findFlag(orgId, flagId);
    const schedule = flag?.schedules?.find(({ id }) => id === scheduleId);
    if (!flag || !schedule) return;
    const change = JSON.parse(schedule.change) as Record<string, unknown>;
    const nobody = { orgId, userId: null, apiKeyId: null };
    // The change and the end of the schedule are one update, so it happens once.
    await this.writer.change(nobody, flag.key, { kind: 'scheduled', scheduleId }, (current) =>
      scheduledConfig(configOf(current), schedule.environment, change),
    );
  }

  private async flag(orgId: string, key: string): Promise<FeatureFlag> {
    const flag = await this.schedules.findFlagByKey(orgId, key);
    if (!flag) throw new FeatureNotFound();
    return flag;
  }

  /** Only for tidiness, because a trigger without its schedule does nothing. */
  private async cancelTrigger(orgId: string, flag: FeatureFlag, environment: string): Promise<void> {
    const schedule = inEnvironment(flag, environment);
    if (!schedule) return;
    try {
      await this.triggers.cancel({ orgId, flagId: flag._id, scheduleId: schedule.id });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.debug('A trigger without a schedule stays, and will do nothing');
    }
  }
}

const inEnvironment = ({ schedules = [] }: FeatureFlag, environment: string): FlagSchedule | undefined =>
  schedules.find((schedule) => schedule.environment === environment);
