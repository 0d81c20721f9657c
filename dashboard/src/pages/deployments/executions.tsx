import { useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { Execution } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { State } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { bytes } from '../../ui/format.js';
import { Moment } from '../../ui/moment.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Table } from '../../ui/table.js';
import { Output } from './output.js';

const EVERY_MS = 5_000;

/** The executions. The output of a running one is followed. */
export function Executions() {
  const executions = usePages<Execution>(api('executions', { limit: 10 }), EVERY_MS);
  const [open, setOpen] = useState<Execution | null>(null);
  return (
    <Card title="Executions" about="Read the output of one, also while it is running.">
      <QueryNotes of={executions} />
      <Table
        caption="Executions"
        rows={executions.items}
        keyOf={({ id }) => id}
        isLoading={executions.isLoading}
        more={executions.more}
        isLoadingMore={executions.isLoadingMore}
        empty="Nothing was executed yet."
        columns={[
          { title: 'Name', cell: ({ name }) => <b>{name}</b> },
          { title: 'State', cell: ({ state }) => <State state={state} /> },
          { title: 'Exit code', isNumber: true, cell: (execution) => execution.exit_code ?? '–' },
          { title: 'Output', isNumber: true, cell: (execution) => bytes(execution.output_bytes) },
          { title: 'Started', cell: (execution) => <Moment at={execution.created_at} /> },
          {
            title: 'Actions',
            isTitleHidden: true,
            cell: (execution) => (
              <Button kind="quiet" label={`Output of ${execution.name}`} onClick={() => setOpen(execution)}>
                Output
              </Button>
            ),
          },
        ]}
      />
      {open && <Output of={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}
