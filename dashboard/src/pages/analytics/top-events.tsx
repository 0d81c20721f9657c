import { api } from '../../api/client.js';
import type { TopEvent } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { Bars } from '../../ui/bars.js';
import { Card } from '../../ui/card.js';
import { number } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import type { Range } from './range.js';

export function TopEvents({ range }: { range: Range }) {
  const path = api('analytics/top', { from: range.from, limit: 10 });
  const { data, problem, reload, isLoading } = useQuery<{ data: TopEvent[] }>(path);
  const rows = data?.data ?? [];
  return (
    <Card title="Most frequent">
      <ProblemNote problem={problem} onRetry={reload} />
      {rows.length === 0 && <p class="empty">{isLoading ? 'Loading …' : 'There were no events.'}</p>}
      <Bars
        label="The most frequent events"
        rows={rows.map(({ event_name: name, count, users }) => ({
          ...{ name, value: count, hint: `${number(users)} persons` },
        }))}
      />
    </Card>
  );
}
