import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { addDays, localDateOf, startOfLocalDay } from '../../common/time/local-days.js';
import { Turns } from '../../common/time/turns.js';
import { TimeZones } from '../users/time-zones.service.js';
import { MoodSums } from './mood-sums.js';
import type { TrendsQuery } from './moods.dto.js';
import { DateRangeTooLarge, EmptyDateRange } from './moods.errors.js';
import { MoodsRepository } from './moods.mongo.repository.js';
import { canReadMoods } from './moods.policy.js';
import { defaultFrom, periodStarts } from './trend-periods.js';

/** The limit of one answer: more than a year of days. */
const MAX_PERIODS = 400;
/**
 * The moods are read one by one, because the local days are unknown when a mood is written: the time zone may change
 * later.
 */
const MAX_MOODS = 20_000;
/** Different ones: they are ranked in one go. */
const MAX_FACTORS = 20_000;

/** Averages of the caller's own moods. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class MoodTrends {
  constructor(
    private readonly moods: MoodsRepository,
    private readonly zones: TimeZones,
    private readonly clock: Clock,
  ) {}

  /** By local days or weeks, and by factor. Throws `EmptyDateRange`, `DateRangeTooLarge`. */
  async of(actor: Principal, { interval, date_from, date_to }: TrendsQuery): Promise<MoodSums> {
    assertCan(canReadMoods(actor));
    const { orgId, userId } = actor;
    const zone = await this.zones.of(orgId, userId);
    const dateTo = date_to ?? localDateOf(this.clock.now(), zone);
    const dateFrom = date_from ?? defaultFrom(dateTo, interval);
    if (dateFrom > dateTo) throw new EmptyDateRange();
    const starts = periodStarts(dateFrom, dateTo, interval, zone, MAX_PERIODS);
    if (!starts) throw new DateRangeTooLarge(`An answer has ${MAX_PERIODS} ${interval}s at the most.`);
    const from = startOfLocalDay(dateFrom, zone);
    const to = startOfLocalDay(addDays(dateTo, 1), zone);
    const found = await this.moods.counted(orgId, userId, from, to, MAX_MOODS + 1);
    if (found.length > MAX_MOODS)
      throw new DateRangeTooLarge(`An answer is made of ${MAX_MOODS} moods at the most.`);
    const sums = new MoodSums(starts);
    const turns = new Turns();
    for (const mood of found) {
      sums.add(mood);
      if (sums.factorCount > MAX_FACTORS)
        throw new DateRangeTooLarge(`An answer ranks ${MAX_FACTORS} different factors at the most.`);
      await turns.pass();
    }
    return sums;
  }
}
