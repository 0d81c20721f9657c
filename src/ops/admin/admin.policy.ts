import type { Principal } from '../../common/http/principal.js';
import { isPlatformAdmin } from '../../common/http/scopes.js';

/** Platform operators, in person: not a key, and not the quickstart's visitor without a credential. */
export const canOperate = (actor: Principal): boolean => isPlatformAdmin(actor);
