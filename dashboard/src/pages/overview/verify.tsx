import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { VerifyCheck, VerifyRun } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { useQuery } from '../../hooks/use-query.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { number, seconds } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Table } from '../../ui/table.js';

const EVERY_MS = 500;
const differences = ({ missing, extra, different }: VerifyCheck): number => missing + extra + different;

/** `npm run db:verify` in the browser: starts it, follows it, shows differences, repairs. */
export function Verify() {
  const [id, setId] = useState<string | null>(null);
  const [hasEnded, setEnded] = useState(false);
  const starting = useAction();
  const {
    data: run,
    problem,
    reload,
  } = useQuery<VerifyRun>(id === null ? null : api(`admin/verify/${id}`), {
    everyMs: hasEnded ? null : EVERY_MS,
  });
  const isOver = run !== null && run.status !== 'running';
  if (isOver !== hasEnded) setEnded(isOver);
  const start = (repair: boolean) =>
    void starting.run(async () => {
      const { data } = await ask<{ id: string }>('POST', api('admin/verify'), { body: { repair } });
      setId(data.id);
    });
  const isRunning = starting.isBusy || run?.status === 'running';
  const found = run?.checks.reduce((sum, check) => sum + differences(check), 0) ?? 0;
  const canRepair = run?.status === 'done' && run.ok === false;
  return (
    <Card
      title="Do the stores agree?"
      about="Compares PostgreSQL, MongoDB and the cache record by record, as npm run db:verify does."
      actions={
        <>
          <Button kind={canRepair ? 'plain' : 'primary'} isBusy={isRunning} onClick={() => start(false)}>
            {isRunning ? 'Comparing …' : 'Compare now'}
          </Button>
          {canRepair && (
            <Button kind="primary" onClick={() => start(true)}>
              Repair
            </Button>
          )}
        </>
      }
    >
      <ProblemNote problem={starting.problem ?? problem} onRetry={id === null ? undefined : reload} />
      <p role="status" class="verdict">
        {run && <Verdict run={run} found={found} />}
      </p>
      {run && (
        <Table
          caption="What the comparison found"
          rows={run.checks.toSorted((a, b) => differences(b) - differences(a))}
          keyOf={({ name }) => name}
          empty="Nothing was compared yet."
          columns={[
            { title: 'Check', cell: ({ name }) => <code>{name}</code> },
            { title: 'Compared', isNumber: true, cell: ({ compared }) => number(compared) },
            { title: 'Missing', isNumber: true, cell: ({ missing }) => <DifferenceCount count={missing} /> },
            { title: 'Extra', isNumber: true, cell: ({ extra }) => <DifferenceCount count={extra} /> },
            {
              title: 'Different',
              isNumber: true,
              cell: ({ different }) => <DifferenceCount count={different} />,
            },
            { title: 'Repaired', isNumber: true, cell: ({ repaired }) => number(repaired) },
            { title: 'Took', isNumber: true, cell: (check) => seconds(check.seconds) },
          ]}
        />
      )}
    </Card>
  );
}

const DifferenceCount = ({ count }: { count: number }) =>
  count === 0 ? <>0</> : <Badge tone="bad">{number(count)}</Badge>;

function Verdict({ run, found }: { run: VerifyRun; found: number }) {
  if (run.status === 'running') return <>Comparing: {run.checks.length} checks so far.</>;
  if (run.status === 'failed') return <Badge tone="warn">{run.failure ?? 'It failed.'}</Badge>;
  if (run.ok && run.repair && found > 0) return <Badge tone="good">Repaired: the stores agree again.</Badge>;
  if (run.ok) return <Badge tone="good">The stores agree.</Badge>;
  return <Badge tone="bad">{number(run.remaining ?? found)} records differ.</Badge>;
}
