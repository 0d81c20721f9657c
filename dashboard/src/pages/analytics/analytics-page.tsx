import { useRoute } from '../../hooks/use-route.js';
import { goTo } from '../../hooks/use-route.js';
import { Field } from '../../ui/field.js';
import { PageTitle } from '../../ui/page-title.js';
import { Funnel } from './funnel.js';
import { Live } from './live.js';
import { RANGES, rangeOf } from './range.js';
import { SeriesCard } from './series-card.js';
import { TopEvents } from './top-events.js';

/** Events of the organisation: over time, by name, as a funnel, and in the last hour. */
export function AnalyticsPage() {
  const { query } = useRoute();
  const days = query.get('days') ?? '30';
  const choose = (next: string) => goTo('analytics', undefined, { days: next });
  const range = rangeOf(days);
  return (
    <>
      <PageTitle title="Analytics">
        <Field label="Range" value={days} options={RANGES} onChange={choose} />
      </PageTitle>
      <SeriesCard range={range} />
      <div class="halves">
        <TopEvents range={range} />
        <Funnel range={range} />
      </div>
      <Live />
    </>
  );
}
