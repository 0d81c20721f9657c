import { api } from '../../api/client.js';
import type { PeriodicJob } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { State } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { Moment } from '../../ui/moment.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Table } from '../../ui/table.js';

const EVERY_MS = 10_000;

/** The periodic jobs, and the outcome of their last run. */
export function Jobs() {
  const { data, problem, reload, isLoading } = useQuery<{ data: PeriodicJob[] }>(api('admin/jobs'), {
    everyMs: EVERY_MS,
  });
  return (
    <Card title="Periodic jobs" about="Each runs on one instance at a time.">
      <ProblemNote problem={problem} onRetry={reload} />
      <Table
        caption="Periodic jobs"
        rows={data?.data ?? []}
        keyOf={({ name }) => name}
        isLoading={isLoading}
        empty="No job is known."
        columns={[
          { title: 'Job', cell: ({ name }) => <code>{name}</code> },
          { title: 'Last run', cell: (job) => <Moment at={job.last_run_at} /> },
          {
            title: 'Outcome',
            cell: ({ last_outcome: outcome }) => (outcome === null ? '–' : <State state={outcome} />),
          },
          { title: 'Next run', cell: (job) => <Moment at={job.next_run_at} /> },
        ]}
      />
    </Card>
  );
}
