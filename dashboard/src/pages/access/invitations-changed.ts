import { Store } from '../../api/store.js';

/** Rises with each invitation that was made here. */
export const invitationsMade = new Store(0);

export const invitationsChanged = (): void => invitationsMade.set(invitationsMade.value + 1);
