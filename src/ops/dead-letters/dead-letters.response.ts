import { z } from 'zod';

import type { DeadLetter, DeadLetterDetail } from '../../flows/dead-letters/dead-letter.js';
import type { OutboxSnapshot, QueueStates } from '../../flows/outbox/outbox-stats.js';
import type { DeadLetterDetailResponse, DeadLetterResponse, OutboxResponse } from './dead-letters.dto.js';

/** The backlog in the form that operators receive. */
export const toOutboxResponse = ({
  pending,
  oldestAgeMs,
  deadLetters,
  states,
}: OutboxSnapshot & { states: QueueStates }): OutboxResponse => ({
  pending,
  oldest_age_seconds: Math.round(oldestAgeMs) / 1_000,
  dead_letters: deadLetters,
  by_state: {
    ready: states.ready,
    leased: states.leased,
    backing_off: states.backingOff,
    untold_cache: states.untoldCache,
    dead: states.dead,
  },
});

export const toDeadLetterResponse = (letter: DeadLetter): DeadLetterResponse => ({
  id: letter.id,
  source: letter.source,
  type: letter.type,
  aggregate: letter.aggregate,
  organization_id: letter.orgId,
  attempts: letter.attempts,
  last_error: letter.lastError,
  recorded_at: letter.recordedAt.toISOString(),
  dead_at: letter.deadAt.toISOString(),
});

const payload = z.record(z.string(), z.unknown());

export const toDeadLetterDetail = (letter: DeadLetterDetail): DeadLetterDetailResponse => ({
  ...toDeadLetterResponse(letter),
  actor_id: letter.actorUserId,
  api_key_id: letter.actorApiKeyId,
  user_id: letter.subjectUserId,
  // A document may contain dates and other types of BSON.
  payload: payload.parse(JSON.parse(JSON.stringify(letter.payload))),
});
