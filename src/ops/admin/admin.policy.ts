import type { Principal } from '../../common/http/principal.js';

/** Whoever runs the platform, in person: not a key, and not the quickstart's visitor without a credential. */
export const canOperate = (actor: Principal): boolean =>
  actor.kind === 'user' && actor.platformRole === 'admin';
