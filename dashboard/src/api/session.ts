import { Store } from './store.js';

export interface Session {
  /** Null: no credential, as the quickstart allows it. */
  token: string | null;
  /** Null: the account's own organisation. */
  organizationId: string | null;
}

const KEY = 'triptych.session';
const NONE: Session = { token: null, organizationId: null };

function stored(): Session {
  const text = sessionStorage.getItem(KEY);
  return text === null ? NONE : (JSON.parse(text) as Session);
}

/** The session of this tab. It ends with the tab. */
export const session = new Store<Session>(stored());

export function signIn(token: string): void {
  keep({ token, organizationId: null });
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  session.set(NONE);
}

export function actIn(organizationId: string): void {
  keep({ ...session.value, organizationId });
}

function keep(next: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(next));
  session.set(next);
}
