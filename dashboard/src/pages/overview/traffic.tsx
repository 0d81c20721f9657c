import { useMemo } from 'preact/hooks';

import type { Overview } from '../../api/types.js';
import { Card } from '../../ui/card.js';
import { Figure } from '../../ui/figure.js';
import { ms, number, percent, seconds } from '../../ui/format.js';
import { TimeChart } from '../../ui/time-chart.js';

const perSecond = (value: number | null): string => `${number(value)}/s`;
const ratio = (value: number | null): string => percent(value);

/** Requests, durations, errors and cache hits of the process that answers. */
export function Traffic({ overview: { traffic, http, cache, uptime_seconds } }: { overview: Overview }) {
  const now = traffic.at(-1);
  const charts = useMemo(
    () => ({
      at: traffic.map(({ at }) => Date.parse(at)),
      rate: traffic.map((sample) => sample.requests_per_second),
      errors: traffic.map((sample) => sample.errors_per_second),
      p50: traffic.map((sample) => sample.p50_ms),
      p95: traffic.map((sample) => sample.p95_ms),
      hits: traffic.map((sample) => sample.hit_ratio),
    }),
    [traffic],
  );
  const since = `since the start ${seconds(uptime_seconds)} ago`;
  return (
    <Card title="Traffic" about="Of the process that answers this page, in the last ten minutes.">
      <div class="figures">
        <Figure
          label="Requests"
          value={now ? perSecond(now.requests_per_second) : '–'}
          hint={`${number(http.requests)} ${since}`}
        />
        <Figure
          label="Latency, p95"
          value={ms(now?.p95_ms ?? http.p95_ms)}
          hint={`p50 ${ms(now?.p50_ms ?? http.p50_ms)} · p99 ${ms(http.p99_ms)} overall`}
        />
        <Figure
          label="Errors"
          value={number(http.errors)}
          tone={http.errors > 0 ? 'bad' : 'plain'}
          hint={`${percent(http.requests === 0 ? 0 : http.errors / http.requests)} of all requests`}
        />
        <Figure
          label="Hit ratio"
          value={percent(cache.hit_ratio)}
          hint={`${number(cache.hits)} of ${number(cache.reads)} reads`}
        />
      </div>
      <div class="charts">
        <TimeChart
          label={`Requests per second, at last ${number(now?.requests_per_second ?? null)}`}
          at={charts.at}
          format={perSecond}
          lines={[
            { label: 'requests', color: 'chart-1', values: charts.rate, isFilled: true },
            { label: 'errors', color: 'chart-bad', values: charts.errors },
          ]}
        />
        <TimeChart
          label={`Latency, at last ${ms(now?.p50_ms ?? null)} for half of the requests and ${ms(now?.p95_ms ?? null)} for 95 of 100`}
          at={charts.at}
          format={ms}
          lines={[
            { label: 'p50', color: 'chart-2', values: charts.p50 },
            { label: 'p95', color: 'chart-3', values: charts.p95 },
          ]}
        />
        <TimeChart
          label={`Share of reads that the cache answered, at last ${percent(now?.hit_ratio ?? null)}`}
          at={charts.at}
          format={ratio}
          lines={[{ label: 'hit ratio', color: 'chart-2', values: charts.hits, isFilled: true }]}
        />
      </div>
    </Card>
  );
}
