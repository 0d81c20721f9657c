import { Store } from '../../api/store.js';

/** Increases with each invitation that was created in this tab. */
export const invitationsMade = new Store(0);

export const invitationsChanged = (): void => invitationsMade.set(invitationsMade.value + 1);
