import { isPlatformAdmin } from '../../common/http/scopes.js';

/** The library is the platform's: no role in an organisation is enough, and people see the set of their day. */
export const canManagePrompts = isPlatformAdmin;
