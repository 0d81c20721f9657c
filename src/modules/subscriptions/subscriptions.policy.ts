import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** Admins see and change every subscription of their organisation. Other members see and change their own. */
const concerns = (actor: Principal, userId: string): boolean =>
  hasRole(actor, 'admin') || actor.userId === userId;

export const canListSubscriptions = (actor: Principal): boolean => hasScope(actor, 'subscriptions', 'read');

/** Whose subscriptions a list contains. Null: all. */
export const visibleOwner = (actor: Principal): string | null =>
  hasRole(actor, 'admin') ? null : actor.userId;

export const canReadSubscription = (actor: Principal, { userId }: { userId: string }): boolean =>
  concerns(actor, userId);

/** Only for the caller itself. */
export const canSubscribe = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'subscriptions', 'write');

export const canChangeSubscription = (actor: Principal, { userId }: { userId: string }): boolean =>
  canSubscribe(actor) && concerns(actor, userId);
