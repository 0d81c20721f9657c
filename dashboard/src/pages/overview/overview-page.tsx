import { api } from '../../api/client.js';
import type { Overview } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { isOperator, useViewer } from '../../shell/viewer.js';
import { PageTitle } from '../../ui/page-title.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Backlogs } from './backlogs.js';
import { Endpoints } from './endpoints.js';
import { Stores } from './stores.js';
import { Traffic } from './traffic.js';
import { Verify } from './verify.js';

const EVERY_MS = 5_000;

/** The state of the platform for its administrators. Others see the stores and the requests of their organisation. */
export function OverviewPage() {
  const viewer = useViewer();
  return (
    <>
      <PageTitle title="Overview" />
      <Stores checks={viewer.health?.checks ?? null} />
      {isOperator(viewer) ? (
        <Operation />
      ) : (
        <p class="note">
          Traffic, backlogs and the comparison of the stores are for platform admins. Sign in as one to see
          them.
        </p>
      )}
      <Endpoints />
    </>
  );
}

function Operation() {
  const { data, problem, reload } = useQuery<Overview>(api('admin/overview'), { everyMs: EVERY_MS });
  return (
    <>
      <ProblemNote problem={problem} onRetry={reload} />
      {data && <Traffic overview={data} />}
      {data && <Backlogs overview={data} />}
      <Verify />
    </>
  );
}
