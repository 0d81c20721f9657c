import { useMemo } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { LastHour } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { Bars } from '../../ui/bars.js';
import { Card } from '../../ui/card.js';
import { Figure } from '../../ui/figure.js';
import { number } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { TimeChart } from '../../ui/time-chart.js';

const EVERY_MS = 3_000;

/** The last 60 minutes, minute by minute. */
export function Live() {
  const { data, problem, reload } = useQuery<LastHour>(api('analytics/live'), { everyMs: EVERY_MS });
  const { at, lines, total } = useMemo(() => {
    const minutes = data?.minutes ?? [];
    const values = minutes.map(({ count }) => count);
    return {
      at: minutes.map(({ start }) => Date.parse(start)),
      lines: [{ label: 'events a minute', color: 'chart-1', values, isBars: true }],
      total: values.reduce((sum, count) => sum + count, 0),
    };
  }, [data]);
  return (
    <Card title="Live" about="The last 60 minutes, every three seconds anew.">
      <ProblemNote problem={problem} onRetry={reload} />
      {data && (
        <div class="live">
          <div class="figures">
            <Figure label="Events" value={number(total)} />
            <Figure
              label="Persons"
              value={number(data.users)}
              hint={`from ${data.source === 'redis' ? 'Redis' : 'MongoDB'}`}
            />
          </div>
          <TimeChart
            label={`${number(total)} events in the last hour`}
            at={at}
            lines={lines}
            format={number}
            height={140}
          />
          <Bars
            label="Trending"
            rows={data.trending.map(({ event_name: name, count }) => ({ name, value: count }))}
          />
        </div>
      )}
    </Card>
  );
}
