/** The channel that announces events in a room. */
export const roomChannel = (roomId: string): string => `room:${roomId}`;

/** The channel that announces that the rooms of a person have changed. */
export const ownRoomsChannel = (userId: string): string => `rooms-of:${userId}`;
