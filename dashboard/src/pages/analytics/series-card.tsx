import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { Series, TopEvent } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/field.js';
import { moment, number } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { TimeChart } from '../../ui/time-chart.js';
import type { Range } from './range.js';

const COLORS = 6;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const MEASURES = [
  { value: 'count', label: 'events' },
  { value: 'users', label: 'persons' },
];

/** Counts over time, in the time zone of the browser. */
export function SeriesCard({ range }: { range: Range }) {
  const [name, setName] = useState('');
  const [measure, setMeasure] = useState('count');
  const [group, setGroup] = useState('');
  const { data: known } = useQuery<{ data: TopEvent[] }>(
    api('analytics/top', { from: range.from, limit: 50 }),
  );
  const names = known?.data.map((event) => event.event_name) ?? [];
  const { data, problem, reload, isLoading } = useQuery<Series>(
    api('analytics/series', {
      ...{ from: range.from, interval: range.interval, tz: ZONE, measure, event_name: name },
      group_by: group === '' ? '' : `properties.${group}`,
    }),
  );
  const chart = useMemo(() => chartOf(data), [data]);
  return (
    <Card
      title="Over time"
      actions={
        <>
          <Field
            label="Event"
            value={name}
            options={[{ value: '', label: 'all' }, ...names]}
            onChange={setName}
          />
          <Field label="Count" value={measure} options={MEASURES} onChange={setMeasure} />
          <Field
            label="By property"
            value={group}
            onChange={setGroup}
            input={{ placeholder: 'plan', size: 8 }}
          />
        </>
      }
    >
      <ProblemNote problem={problem} onRetry={reload} />
      {chart ? (
        <>
          <TimeChart
            label={`Events over time: ${number(chart.total)} in all`}
            {...chart}
            format={number}
            height={220}
          />
          <details>
            <summary>As a table</summary>
            <SeriesTable {...chart} />
          </details>
        </>
      ) : (
        <p class="empty">{isLoading ? 'Loading …' : 'There is nothing to draw.'}</p>
      )}
    </Card>
  );
}

function chartOf(data: Series | null) {
  const [first] = data?.series ?? [];
  if (!data || !first) return null;
  return {
    at: first.points.map(({ start }) => Date.parse(start)),
    total: data.series.reduce(
      (sum, { points }) => sum + points.reduce((all, { value }) => all + value, 0),
      0,
    ),
    lines: data.series.map(({ group, points }, index) => ({
      label: group ?? 'all',
      color: `chart-${(index % COLORS) + 1}`,
      values: points.map(({ value }) => value),
      isFilled: data.series.length === 1,
    })),
  };
}

function SeriesTable({ at, lines }: NonNullable<ReturnType<typeof chartOf>>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="The series as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Begins</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {at.map((start, index) => (
            <tr key={start}>
              <td>{moment(new Date(start).toISOString())}</td>
              {lines.map(({ label, values }) => (
                <td key={label} class="number" data-title={label}>
                  {number(values[index] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
