import type { Overview } from '../../api/types.js';
import { linkTo } from '../../hooks/use-route.js';
import type { Tone } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { Figure } from '../../ui/figure.js';
import { bytes, number, seconds } from '../../ui/format.js';

const LATE_SECONDS = 30;
const lateness = (value: number | null): Tone => (value !== null && value > LATE_SECONDS ? 'warn' : 'plain');

/** The backlogs between the stores, and the resources of the process. */
export function Backlogs({ overview }: { overview: Overview }) {
  const { outbox, spool, jobs, effects, unreconciled, agreement, pool, http, cache } = overview;
  const letters = [outbox, spool, jobs, effects].map(({ dead_letters: count }) => count);
  const dead = letters.some((count) => count === null)
    ? null
    : letters.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return (
    <Card title="Between the stores" about="“–” is what a store that is away cannot say.">
      <div class="figures">
        <Figure
          label="Outbox lag"
          value={seconds(outbox.oldest_age_seconds)}
          tone={lateness(outbox.oldest_age_seconds)}
          hint={`${number(outbox.pending)} events on their way to MongoDB`}
        />
        <Figure
          label="Spool"
          value={number(spool.pending)}
          tone={lateness(spool.oldest_age_seconds)}
          hint="documents that wait for MongoDB"
        />
        <Figure
          label="Jobs due"
          value={number(jobs.due)}
          tone={lateness(jobs.lateness_seconds)}
          hint={`${seconds(jobs.lateness_seconds)} late`}
        />
        <Figure
          label="Dead letters"
          value={<a href={linkTo('letters')}>{number(dead)}</a>}
          tone={dead === null || dead > 0 ? 'bad' : 'plain'}
          hint="given up, until they are tried again"
        />
        <Figure label="Unreconciled" value={number(unreconciled)} hint="records that one store may lack" />
        <Figure
          label="Differences"
          value={number(agreement?.differences ?? null)}
          tone={(agreement?.differences ?? 0) > 0 ? 'bad' : 'plain'}
          hint={`of ${number(agreement?.checked ?? null)} records compared in the background`}
        />
        <Figure
          label="Connections"
          value={`${number(pool.active)} of ${number(pool.max)}`}
          tone={(pool.waiting ?? 0) > 0 ? 'warn' : 'plain'}
          hint={`${number(pool.waiting)} wait for one`}
        />
        <Figure
          label="Memory"
          value={bytes(overview.memory_bytes)}
          hint={`${number(cache.entries)} answers kept in it`}
        />
        <Figure
          label="Open"
          value={number(http.in_flight)}
          hint={`requests, and ${number(http.event_streams)} streams`}
        />
      </div>
    </Card>
  );
}
