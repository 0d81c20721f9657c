import { useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { DeadLetter } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/field.js';
import { number } from '../../ui/format.js';
import { Moment } from '../../ui/moment.js';
import { PageTitle } from '../../ui/page-title.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Table } from '../../ui/table.js';
import { Jobs } from './jobs.js';
import { Letter } from './letter.js';

const SOURCES = [
  { value: '', label: 'All' },
  { value: 'outbox', label: 'Events' },
  { value: 'spool', label: 'Documents' },
  { value: 'scheduler', label: 'Jobs' },
];

/** The dead letters, to read and to try again, and the periodic jobs. */
export function LettersPage() {
  const [source, setSource] = useState('');
  const [openId, setOpenId] = useState<string | null>(null);
  const letters = usePages<DeadLetter>(api('admin/dead-letters', { source }));
  const close = () => {
    setOpenId(null);
    letters.reload();
  };
  return (
    <>
      <PageTitle title="Dead letters & jobs" />
      <Card
        title="Dead letters"
        about="Events, documents and jobs that were given up after their attempts. Everything else has gone on."
        actions={
          <>
            <Field label="Source" value={source} options={SOURCES} onChange={setSource} />
            <Button onClick={letters.reload}>Refresh</Button>
          </>
        }
      >
        <QueryNotes of={letters} />
        <Table
          caption="Dead letters"
          rows={letters.items}
          keyOf={({ id }) => id}
          isLoading={letters.isLoading}
          more={letters.more}
          isLoadingMore={letters.isLoadingMore}
          empty="There are none: nothing was given up."
          columns={[
            { title: 'What', cell: ({ type }) => <code>{type}</code> },
            { title: 'Source', cell: (letter) => <Badge>{letter.source}</Badge> },
            { title: 'Why', cell: (letter) => <span class="clip">{letter.last_error ?? '–'}</span> },
            { title: 'Attempts', isNumber: true, cell: ({ attempts }) => number(attempts) },
            { title: 'Given up', cell: (letter) => <Moment at={letter.dead_at} /> },
            {
              title: 'Actions',
              isTitleHidden: true,
              cell: ({ id, type }) => (
                <Button kind="quiet" label={`Read ${type}`} onClick={() => setOpenId(id)}>
                  Read
                </Button>
              ),
            },
          ]}
        />
      </Card>
      <Jobs />
      {openId !== null && <Letter id={openId} onClose={close} />}
    </>
  );
}
