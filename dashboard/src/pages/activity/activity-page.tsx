import { useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { ActivityEntry } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { goTo, useRoute } from '../../hooks/use-route.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Moment } from '../../ui/moment.js';
import { PageTitle } from '../../ui/page-title.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Table } from '../../ui/table.js';
import { Entry } from './entry.js';
import { Exports } from './exports.js';
import { Filters } from './filters.js';
import { filterOf, toParameters } from './filter.js';

/** The append-only log of the organisation: filtered, read, exported. */
export function ActivityPage() {
  const { query } = useRoute();
  const filter = filterOf(query);
  const parameters = toParameters(filter);
  const entries = usePages<ActivityEntry>(api('activity', parameters));
  const [open, setOpen] = useState<ActivityEntry | null>(null);
  return (
    <>
      <PageTitle title="Activity">
        <Exports parameters={parameters} />
      </PageTitle>
      <Card title="Filters">
        <Filters
          key={query.toString()}
          filter={filter}
          onChange={(next) => goTo('activity', undefined, { ...next })}
        />
      </Card>
      <Card
        title="Entries"
        about="Newest first. Entries are never changed."
        actions={<Button onClick={entries.reload}>Refresh</Button>}
      >
        <QueryNotes of={entries} />
        <Table
          caption="Activity"
          rows={entries.items}
          keyOf={({ id }) => id}
          isLoading={entries.isLoading}
          more={entries.more}
          isLoadingMore={entries.isLoadingMore}
          empty="Nothing fits these filters."
          columns={[
            { title: 'When', cell: (entry) => <Moment at={entry.occurred_at} /> },
            { title: 'What', cell: (entry) => <code>{entry.event_type}</code> },
            { title: 'Record', cell: (entry) => <Record entry={entry} /> },
            {
              title: 'About',
              cell: (entry) => <span class="clip">{entry.user_email ?? entry.user_id ?? '–'}</span>,
            },
            {
              title: 'By',
              cell: (entry) =>
                entry.api_key_id ? 'an API key' : entry.actor_id ? 'an account' : 'the service',
            },
            {
              title: 'Actions',
              isTitleHidden: true,
              cell: (entry) => (
                <Button kind="quiet" label={`Read ${entry.event_type}`} onClick={() => setOpen(entry)}>
                  Read
                </Button>
              ),
            },
          ]}
        />
      </Card>
      {open && <Entry entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Record({ entry: { resource_type: type, resource_id: id } }: { entry: ActivityEntry }) {
  if (type === null) return <span class="muted">–</span>;
  return (
    <span class="clip" title={id ?? ''}>
      {type} <span class="muted">{id?.slice(0, 8)}</span>
    </span>
  );
}
