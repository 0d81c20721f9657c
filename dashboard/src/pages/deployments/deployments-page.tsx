import { api } from '../../api/client.js';
import type { Environment } from '../../api/types.js';
import { linkTo, useRoute } from '../../hooks/use-route.js';
import { useQuery } from '../../hooks/use-query.js';
import { State } from '../../ui/badge.js';
import { Moment } from '../../ui/moment.js';
import { PageTitle } from '../../ui/page-title.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Executions } from './executions.js';
import { Timeline } from './timeline.js';

const EVERY_MS = 5_000;

/** The deployments of each environment, with rollback, and the output of executions. */
export function DeploymentsPage() {
  const { query } = useRoute();
  const { data, problem, reload, isLoading } = useQuery<{ data: Environment[] }>(api('environments'), {
    everyMs: EVERY_MS,
  });
  const environments = data?.data ?? [];
  const chosen =
    environments.find(({ name }) => name === query.get('environment')) ?? preferred(environments);
  return (
    <>
      <PageTitle title="Deployments" />
      <ProblemNote problem={problem} onRetry={reload} />
      {environments.length > 0 ? (
        <nav aria-label="Environments">
          <ul class="tiles">
            {environments.map(({ name, last_state: state, updated_at: at }) => (
              <li key={name}>
                <a
                  class="tile"
                  href={linkTo('deployments', undefined, { environment: name })}
                  aria-current={name === chosen?.name ? 'true' : undefined}
                >
                  <span class="name">{name}</span>
                  <State state={state} />
                  <span class="muted">
                    <Moment at={at} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : (
        <p class="empty">{isLoading ? 'Loading …' : 'Nothing was deployed yet.'}</p>
      )}
      {chosen && <Timeline key={chosen.name} environment={chosen} onChange={reload} />}
      <Executions />
    </>
  );
}

const preferred = (environments: readonly Environment[]): Environment | undefined =>
  environments.find(({ name }) => name === 'production') ?? environments[0];
