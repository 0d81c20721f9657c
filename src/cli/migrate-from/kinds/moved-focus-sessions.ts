import { z } from 'zod';

import { carrying } from '../../../flows/effects/carrying.js';
import { effectsOf } from '../../../modules/focus-sessions/focus-session.effects.js';
import {
  FOCUS_SESSIONS_COLLECTION,
  type FocusSession,
} from '../../../modules/focus-sessions/focus-session.js';
import { activeSeconds } from '../../../modules/focus-sessions/focus-time.js';
import { StartFocusSessionDto } from '../../../modules/focus-sessions/focus-sessions.dto.js';
import { derivedId, derivedNumber } from '../derived-id.js';
import type { MoveTarget } from '../move-target.js';
import {
  type MovedKind,
  type Prepared,
  type PreparedRows,
  read,
  reference,
  sorted,
  sourceMoment,
  type Standing,
} from '../moved-kind.js';
import type { MovedRecord, SourceRow } from '../moved-record.js';
import { References } from '../references.js';
import { keptDocuments, standingOf } from './kept-documents.js';

const ENDS = ['completed', 'abandoned', 'expired'] as const;

const sourceSession = z
  .object({
    user_id: reference,
    session_type: z.unknown().optional(),
    planned_duration_seconds: z.unknown().optional(),
    elapsed_seconds: z.int().min(0),
    state: z.enum(ENDS, 'must have ended: completed, abandoned or expired'),
    pauses: z
      .array(z.object({ started_at: sourceMoment, ended_at: sourceMoment }))
      .max(1_000)
      .nullish(),
    productivity_rating: z.int().min(1).max(5).nullish(),
    started_at: sourceMoment,
    ended_at: sourceMoment,
    created_at: sourceMoment.nullish(),
  })
  .refine(({ started_at, ended_at }) => ended_at >= started_at, {
    path: ['ended_at'],
    message: 'must not be before started_at',
  });

/** Focus sessions that have ended. What was counted beyond the wall time less the pauses is clamped, as it is for ticks. */
export class MovedFocusSessions implements MovedKind<FocusSession> {
  readonly name = 'focus_sessions';

  constructor(private readonly target: MoveTarget) {}

  async prepare(
    rows: readonly SourceRow[],
    known: ReadonlyMap<string, MovedRecord>,
  ): Promise<PreparedRows<FocusSession>> {
    const references = await References.of(this.target, rows);
    return sorted(rows, (row) => this.sessionOf(row, references, known.get(row.id)));
  }

  async write(records: readonly Prepared<FocusSession>[]): Promise<void> {
    const { documents, postgres } = this.target;
    // The activity entry is of the moment of the move.
    const updated_at = new Date();
    await documents.insert(
      FOCUS_SESSIONS_COLLECTION,
      records.map(({ record }) => {
        const session = { ...record, updated_at };
        return carrying(session, ...effectsOf(null, eventOf(session), session));
      }),
    );
    await postgres.transaction((tx) => this.target.records.add(tx, this.name, records));
  }

  contentOf = ({ record }: Prepared<FocusSession>) => contentOf(record);

  async contents(records: readonly MovedRecord[]): Promise<ReadonlyMap<string, Standing>> {
    const { kept, gone } = await keptDocuments<FocusSession>(
      this.target,
      FOCUS_SESSIONS_COLLECTION,
      records,
      'focus_session.deleted',
    );
    return standingOf(kept, gone, contentOf);
  }

  private sessionOf(
    { id: sourceId, fields }: SourceRow,
    references: References,
    known: MovedRecord | undefined,
  ) {
    const row = read(sourceSession, fields);
    if ('reason' in row) return row;
    const { user_id, session_type, planned_duration_seconds, elapsed_seconds, ...session } = row.value;
    const plan = read(StartFocusSessionDto.schema, { session_type, planned_duration_seconds });
    if ('reason' in plan) return plan;
    const owner = references.owner(user_id);
    if ('reason' in owner) return owner;
    const { orgId, source } = this.target;
    const { started_at, ended_at, state } = session;
    const createdAt = session.created_at ?? started_at;
    const times = { started_at, ended_at, pauses: session.pauses ?? [] };
    const origin = { orgId, source, kind: this.name, sourceId } as const;
    const id = known?.id ?? derivedId(origin, createdAt);
    const record: FocusSession = {
      ...{ _id: id, organization_id: orgId, user_id: owner.id, number: derivedNumber(origin) },
      ...plan.value,
      ...{ state, ...times, claimed_seconds: Math.min(elapsed_seconds, activeSeconds(times, ended_at)) },
      ...{ look_at: ended_at, productivity_rating: session.productivity_rating ?? null },
      ...{ version: 1, created_at: createdAt, updated_at: createdAt },
    };
    return { ready: { sourceId, id, userId: owner.id, record } };
  }
}

/** Sessions that have not ended are refused. */
const eventOf = ({ state }: FocusSession) => z.enum(ENDS).parse(state);

const contentOf = (session: FocusSession) => ({
  ...{ user_id: session.user_id, session_type: session.session_type, state: session.state },
  ...{ planned_duration_seconds: session.planned_duration_seconds, claimed_seconds: session.claimed_seconds },
  ...{ started_at: session.started_at, ended_at: session.ended_at },
  ...{ productivity_rating: session.productivity_rating },
  pauses: session.pauses.map(({ started_at, ended_at }) => ({ started_at, ended_at })),
});
