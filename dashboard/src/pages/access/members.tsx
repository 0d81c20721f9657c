import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { Member } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { hasRole, useViewer } from '../../shell/viewer.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Confirm } from '../../ui/confirm.js';
import { Moment } from '../../ui/moment.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Table } from '../../ui/table.js';
import { toast } from '../../ui/toasts.js';
import { Invite } from './invite.js';

/** The members of the organisation, and a form to invite others. */
export function Members() {
  const viewer = useViewer();
  const { organization } = viewer.profile;
  const members = usePages<Member>(api(`organizations/${organization.id}/members`));
  const [isInviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const mayChange = hasRole(viewer, 'admin');
  const remove = async ({ user_id: id, username }: Member) => {
    await ask('DELETE', api(`organizations/${organization.id}/members/${id}`));
    toast(`${username} is no member any more.`);
    members.reload();
  };
  return (
    <Card
      title="Members"
      about={organization.name}
      actions={
        mayChange && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      <QueryNotes of={members} />
      <Table
        caption="Members"
        rows={members.items}
        keyOf={({ user_id: id }) => id}
        isLoading={members.isLoading}
        more={members.more}
        isLoadingMore={members.isLoadingMore}
        empty="There are no members."
        columns={[
          { title: 'Name', cell: ({ username }) => <b>{username}</b> },
          { title: 'E-mail', cell: ({ email }) => <span class="clip">{email}</span> },
          { title: 'Role', cell: ({ role }) => <Badge>{role}</Badge> },
          { title: 'Since', cell: (member) => <Moment at={member.joined_at} /> },
          {
            title: 'Actions',
            isTitleHidden: true,
            cell: (member) =>
              mayChange &&
              member.user_id !== viewer.profile.id && (
                <Button kind="quiet" label={`Remove ${member.username}`} onClick={() => setLeaving(member)}>
                  Remove
                </Button>
              ),
          },
        ]}
      />
      {isInviting && <Invite onAdded={members.reload} onClose={() => setInviting(false)} />}
      {leaving && (
        <Confirm
          title={`Remove ${leaving.username}?`}
          text="The account stays; it has no rights in this organisation from the next request on."
          verb="Remove"
          isDangerous
          act={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </Card>
  );
}
