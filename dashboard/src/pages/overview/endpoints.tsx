import { api } from '../../api/client.js';
import type { EndpointSummary } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { Card } from '../../ui/card.js';
import { ms, number } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Table } from '../../ui/table.js';

const SHOWN = 10;

/** The requests of the organisation in the last 24 hours, from its request logs. */
export function Endpoints() {
  const { data, problem, reload, isLoading } = useQuery<{ data: EndpointSummary[] }>(
    api('request-logs/summary'),
  );
  const rows = (data?.data ?? []).toSorted((a, b) => b.count - a.count).slice(0, SHOWN);
  return (
    <Card title="Busiest routes" about="Requests of your organisation in the last 24 hours.">
      <ProblemNote problem={problem} onRetry={reload} />
      <Table
        caption="Busiest routes"
        rows={rows}
        keyOf={({ method, endpoint }) => `${method} ${endpoint}`}
        isLoading={isLoading}
        empty="There were no requests yet."
        columns={[
          {
            title: 'Route',
            cell: ({ method, endpoint }) => (
              <code>
                <b>{method}</b> {endpoint}
              </code>
            ),
          },
          { title: 'Requests', isNumber: true, cell: ({ count }) => number(count) },
          { title: 'Refused', isNumber: true, cell: ({ warnings }) => number(warnings) },
          { title: 'Errors', isNumber: true, cell: ({ errors }) => number(errors) },
          { title: 'p50', isNumber: true, cell: (row) => ms(row.p50_ms) },
          { title: 'p95', isNumber: true, cell: (row) => ms(row.p95_ms) },
        ]}
      />
    </Card>
  );
}
