import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Health, MemberRole, Profile } from '../api/types.js';

const RANK: Readonly<Record<MemberRole, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** The account that uses the dashboard, and the state of the stores. */
export interface Viewer {
  profile: Profile;
  /** Whether a person has signed in. The quickstart's visitor has not. */
  hasSession: boolean;
  health: Health | null;
}

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error('There is no viewer outside of the shell');
  return viewer;
}

/** Whether the service allows the account to see the platform's own figures. */
export const isOperator = ({ hasSession, profile }: Viewer): boolean =>
  hasSession && profile.role === 'admin';

export const hasRole = ({ profile }: Viewer, role: MemberRole): boolean =>
  RANK[profile.organization.role] >= RANK[role];
