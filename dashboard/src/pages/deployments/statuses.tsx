import { api } from '../../api/client.js';
import type { Deployment, DeploymentStatus } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { State } from '../../ui/badge.js';
import { Dialog } from '../../ui/dialog.js';
import { Moment } from '../../ui/moment.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Table } from '../../ui/table.js';

/** The statuses of a deployment. */
export function Statuses({ of: { id, ref }, onClose }: { of: Deployment; onClose: () => void }) {
  const statuses = usePages<DeploymentStatus>(api(`deployments/${id}/statuses`));
  return (
    <Dialog title={`History of ${ref}`} isWide onClose={onClose}>
      <QueryNotes of={statuses} />
      <Table
        caption={`Statuses of ${ref}`}
        rows={statuses.items}
        keyOf={(status) => status.id}
        isLoading={statuses.isLoading}
        more={statuses.more}
        empty="It waits for its first status."
        columns={[
          { title: 'State', cell: ({ state }) => <State state={state} /> },
          { title: 'Description', cell: ({ description }) => description ?? '–' },
          { title: 'When', cell: (status) => <Moment at={status.created_at} /> },
          {
            title: 'Log',
            cell: ({ log_url: url }) =>
              url === null ? (
                '–'
              ) : (
                <a href={url} rel="noreferrer noopener" target="_blank">
                  open
                </a>
              ),
          },
        ]}
      />
    </Dialog>
  );
}
