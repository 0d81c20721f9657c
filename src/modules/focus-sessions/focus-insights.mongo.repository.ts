import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import type { Contribution, InsightOwner } from '../insights/daily-activity.js';
import { CountedInInsights, type InsightDay, type InsightSource } from '../insights/insight-source.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusSession } from './focus-session.js';
import { ENDED_STATES } from './focus-session-state.js';
import { elapsedSeconds } from './focus-time.js';

const BATCH = 2_000;
const COUNTED = { started_at: 1, ended_at: 1, pauses: 1, claimed_seconds: 1 } as const;

type Counted = Pick<FocusSession, '_id' | keyof typeof COUNTED>;

/** Sessions that have ended, as insights count them: on the day and in the hour in which they began. */
@Injectable()
@CountedInInsights()
export class FocusInsights implements InsightSource {
  constructor(private readonly mongo: Mongo) {}

  async *contributions(
    { orgId, userId }: InsightOwner,
    day: InsightDay | null,
  ): AsyncGenerator<readonly Contribution[]> {
    const within = day && { started_at: { $gte: day.from, $lt: day.to } };
    for (let after = ''; ;) {
      const from = after;
      const found = await this.mongo.run('find', () =>
        this.sessions()
          .find({
            organization_id: orgId,
            user_id: userId,
            ...within,
            _id: { $gt: from },
            state: { $in: ENDED_STATES },
          })
          .project<Counted>(COUNTED)
          .sort({ _id: 1 })
          .limit(BATCH)
          .toArray(),
      );
      yield found.map(contributionOf);
      if (found.length < BATCH) return;
      after = found.at(-1)?._id ?? '';
    }
  }

  organizations(): Promise<string[]> {
    return this.mongo.run('distinct', () => this.sessions().distinct('organization_id'));
  }

  usersIn(orgId: string): Promise<string[]> {
    return this.mongo.run('distinct', () => this.sessions().distinct('user_id', { organization_id: orgId }));
  }

  private sessions() {
    return this.mongo.collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);
  }
}

const contributionOf = (session: Counted): Contribution => ({
  at: session.started_at,
  focus_sessions: 1,
  focus_seconds: elapsedSeconds(session, session.ended_at ?? session.started_at),
});
