import { useEffect } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import { useStore } from '../../api/store.js';
import type { Invitation } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { useAction } from '../../hooks/use-action.js';
import { useViewer } from '../../shell/viewer.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Moment } from '../../ui/moment.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Table } from '../../ui/table.js';
import { invitationsMade } from './invitations-changed.js';

/** Invitations that were not accepted yet. */
export function Invitations() {
  const path = `organizations/${useViewer().profile.organization.id}/invitations`;
  const invitations = usePages<Invitation>(api(path));
  const withdrawing = useAction();
  const made = useStore(invitationsMade);
  const { reload } = invitations;
  useEffect(() => {
    if (made > 0) reload();
  }, [made, reload]);
  const withdraw = (id: string) =>
    void withdrawing.run(async () => {
      await ask('DELETE', api(`${path}/${id}`));
      invitations.reload();
    });
  // If the service does not have this route, an organisation can only add its own accounts.
  if (invitations.problem?.status === 404) return null;
  return (
    <Card title="Invitations">
      <ProblemNote problem={withdrawing.problem ?? invitations.problem} onRetry={invitations.reload} />
      <Table
        caption="Invitations"
        rows={invitations.items}
        keyOf={({ id }) => id}
        isLoading={invitations.isLoading}
        more={invitations.more}
        isLoadingMore={invitations.isLoadingMore}
        empty="No invitation is open."
        columns={[
          { title: 'E-mail', cell: ({ email }) => email },
          { title: 'Role', cell: ({ role }) => <Badge>{role}</Badge> },
          { title: 'Ends', cell: (invitation) => <Moment at={invitation.expires_at} /> },
          {
            title: 'Actions',
            isTitleHidden: true,
            cell: ({ id, email }) => (
              <Button
                kind="quiet"
                isBusy={withdrawing.isBusy}
                label={`Withdraw ${email}`}
                onClick={() => withdraw(id)}
              >
                Withdraw
              </Button>
            ),
          },
        ]}
      />
    </Card>
  );
}
