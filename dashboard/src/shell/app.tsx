import { useMemo } from 'preact/hooks';

import { session } from '../api/session.js';
import { useStore } from '../api/store.js';
import type { Health, Profile } from '../api/types.js';
import { useQuery } from '../hooks/use-query.js';
import { Toasts } from '../ui/toasts.js';
import { Login } from './login.js';
import { Shell } from './shell.js';
import { ViewerContext } from './viewer.js';

const HEALTH_EVERY_MS = 3_000;

/** The login, or the shell with its pages as soon as the account is known. */
export function App() {
  const { token, organizationId } = useStore(session);
  return (
    <>
      <SignedIn key={`${token ?? ''} ${organizationId ?? ''}`} hasSession={token !== null} />
      <Toasts />
    </>
  );
}

function SignedIn({ hasSession }: { hasSession: boolean }) {
  const { data: profile, problem, reload } = useQuery<Profile>('/api/v1/profile');
  const health = useQuery<Health>('/health', { everyMs: HEALTH_EVERY_MS, alsoAnswers: [503] }).data;
  const viewer = useMemo(
    () => (profile ? { profile, hasSession, health } : null),
    [profile, hasSession, health],
  );
  if (viewer) {
    return (
      <ViewerContext.Provider value={viewer}>
        <Shell />
      </ViewerContext.Provider>
    );
  }
  if (problem?.status === 401) return <Login />;
  return (
    <main class="centred">
      <p class="empty" role="status">
        {problem ? problem.message : 'Loading …'}
      </p>
      {problem && (
        <button type="button" class="button plain" onClick={reload}>
          Try again
        </button>
      )}
    </main>
  );
}
