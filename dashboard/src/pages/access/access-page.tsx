import { hasRole, useViewer } from '../../shell/viewer.js';
import { PageTitle } from '../../ui/page-title.js';
import { Invitations } from './invitations.js';
import { Keys } from './keys.js';
import { Members } from './members.js';

/** API keys, members and invitations of the organisation. */
export function AccessPage() {
  const viewer = useViewer();
  return (
    <>
      <PageTitle title="Keys & members" />
      <Keys />
      <Members />
      {viewer.hasSession && hasRole(viewer, 'admin') && <Invitations />}
    </>
  );
}
