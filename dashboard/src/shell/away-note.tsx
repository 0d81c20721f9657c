import type { StoreChecks, StoreName } from '../api/types.js';
import { useViewer } from './viewer.js';

export const STORE_TITLES: Readonly<Record<StoreName, string>> = {
  postgres: 'PostgreSQL',
  mongodb: 'MongoDB',
  redis: 'Redis',
};

const MEANS: Readonly<Record<StoreName, string>> = {
  postgres: 'Changes of keys, members and deployments have to wait; accounts that are known go on reading.',
  mongodb:
    'Activity, flags, analytics and executions show what is cached; events wait and are delivered later.',
  redis: 'Everything works; reads go to the databases.',
};

export const storesAway = (checks: StoreChecks): StoreName[] =>
  (Object.keys(MEANS) as StoreName[]).filter((name) => checks[name].status === 'down');

/** Shows on every page which store does not answer, and what that means. */
export function AwayNote() {
  const { health } = useViewer();
  const away = health ? storesAway(health.checks) : [];
  return (
    <div role="status" class="away">
      {away.map((name) => (
        <div class="note warn" key={name}>
          <p>
            <strong>{STORE_TITLES[name]} is away.</strong> {MEANS[name]}
          </p>
        </div>
      ))}
    </div>
  );
}
