import { useState } from 'preact/hooks';

import { api, ask } from '../api/client.js';
import { actIn, signOut } from '../api/session.js';
import type { Organization, Page } from '../api/types.js';
import { useQuery } from '../hooks/use-query.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { LoginForm } from './login.js';
import { useViewer } from './viewer.js';

/** The account and its organisation, with a way to sign in or out. */
export function AccountBox() {
  const { profile, hasSession } = useViewer();
  const [isSigningIn, setSigningIn] = useState(false);
  const leave = async () => {
    // The session ends in this tab even if the service cannot be reached.
    await ask('POST', api('auth/logout')).catch(() => undefined);
    signOut();
  };
  return (
    <div class="account">
      {hasSession ? <OrganizationChoice /> : <p class="organization">{profile.organization.name}</p>}
      <p class="muted">{hasSession ? profile.email : 'Not signed in'}</p>
      {hasSession ? (
        <Button kind="quiet" onClick={() => void leave()}>
          Sign out
        </Button>
      ) : (
        <Button kind="primary" onClick={() => setSigningIn(true)}>
          Sign in
        </Button>
      )}
      {isSigningIn && (
        <Dialog title="Sign in" onClose={() => setSigningIn(false)}>
          <LoginForm />
        </Dialog>
      )}
    </div>
  );
}

function OrganizationChoice() {
  const { organization } = useViewer().profile;
  const { data } = useQuery<Page<Organization>>(api('organizations', { limit: 200 }));
  const known = data?.data ?? [];
  if (known.length < 2) return <p class="organization">{organization.name}</p>;
  return (
    <Field
      label="Organisation"
      value={organization.id}
      options={known.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={actIn}
    />
  );
}
