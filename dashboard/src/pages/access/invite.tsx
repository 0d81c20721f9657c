import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { Invitation, Member } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { useViewer } from '../../shell/viewer.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Secret } from '../../ui/secret.js';
import { toast } from '../../ui/toasts.js';
import { invitationsChanged } from './invitations-changed.js';

const PENDING = 202;

interface InviteProps {
  onAdded: () => void;
  onClose: () => void;
}

/** An account that the organisation manages is a member at once; every other account has to accept a token. */
export function Invite({ onAdded, onClose }: InviteProps) {
  const { organization } = useViewer().profile;
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('member');
  const [token, setToken] = useState<string | null>(null);
  const { run, isBusy, problem } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const path = api(`organizations/${organization.id}/members`);
      const { status, data } = await ask<Member | Invitation>('POST', path, { body: { email, role } });
      if (status === PENDING && 'token' in data) {
        invitationsChanged();
        return setToken(data.token ?? null);
      }
      toast(`${email} is a member now.`);
      onAdded();
      onClose();
    });
  };
  return (
    <Dialog title="Invite" onClose={onClose}>
      {token !== null ? (
        <Secret label={`Give this token to ${email}.`} value={token} />
      ) : (
        <form onSubmit={submit}>
          <Field label="E-mail" value={email} onChange={setEmail} input={{ type: 'email', required: true }} />
          <Field
            label="Role"
            value={role}
            options={['viewer', 'member', 'admin', 'owner']}
            onChange={setRole}
          />
          <ProblemNote problem={problem} />
          <div class="form-actions">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" isBusy={isBusy}>
              Invite
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
