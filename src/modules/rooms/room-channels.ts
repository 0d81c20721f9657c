/** What announces that something happened in a room. */
export const roomChannel = (roomId: string): string => `room:${roomId}`;

/** What announces that a person is in other rooms than before. */
export const ownRoomsChannel = (userId: string): string => `rooms-of:${userId}`;
