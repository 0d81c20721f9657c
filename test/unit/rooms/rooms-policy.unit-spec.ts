import { describe, expect, it } from 'vitest';

import { withOwner } from '../../../src/modules/rooms/room.js';
import {
  canDeleteMessage,
  canEditMessage,
  canMarkRead,
  canReadRooms,
  canReadVersions,
  canRemoveMember,
  canWriteRooms,
  isInRoom,
} from '../../../src/modules/rooms/rooms.policy.js';
import { aKeyPrincipal, aPrincipal } from '../../factories/principal.js';

const member = (id: string, role: 'owner' | 'member') => ({
  ...{ id, role, username: id, avatar: null, joinedAt: '2026-01-01T00:00:00.000Z' },
});
const members = [member('owner', 'owner'), member('author', 'member'), member('reader', 'member')];
const actor = (userId: string) => aPrincipal({ userId, role: 'member' });
const byAuthor = { memberId: 'author' };

describe('rights in a room', () => {
  it.each([
    ['owner', true, true],
    ['author', true, true],
    ['reader', false, false],
  ])('%s may delete in a group: %s; remove the author: %s', (id, mayDelete, mayRemove) => {
    expect(canDeleteMessage(actor(id), { type: 'group', members }, byAuthor)).toBe(mayDelete);
    expect(canRemoveMember(actor(id), { members }, 'author')).toBe(mayRemove);
  });

  it('lets the author alone edit, and delete in a direct room', () => {
    expect(['owner', 'author', 'reader'].map((id) => canEditMessage(actor(id), byAuthor))).toEqual([
      ...[false, true, false],
    ]);
    expect(canDeleteMessage(actor('owner'), { type: 'direct', members }, byAuthor)).toBe(false);
    expect(canEditMessage(actor('author'), { memberId: null })).toBe(false);
  });

  it('shows earlier versions to the author and to admins', () => {
    expect(canReadVersions(actor('reader'), byAuthor)).toBe(false);
    expect(canReadVersions(aPrincipal({ userId: 'reader', role: 'admin' }), byAuthor)).toBe(true);
  });

  it('is hidden from those who are not in it, whatever their role', () => {
    expect(isInRoom(aPrincipal({ userId: 'x', role: 'owner' }), { members })).toBe(false);
  });

  it('lets viewers read, and keys do what their scopes say', () => {
    const viewer = aPrincipal({ role: 'viewer' });
    expect([canReadRooms(viewer), canWriteRooms(viewer), canMarkRead(viewer)]).toEqual([true, false, true]);
    const key = aKeyPrincipal(['rooms:read']);
    expect([canReadRooms(key), canWriteRooms(key), canMarkRead(key)]).toEqual([true, false, false]);
  });

  it('is owned by the member who is in it longest where the last owner has left', () => {
    const left = [member('a', 'member'), member('b', 'member')];
    expect(withOwner('group', left).map(({ role }) => role)).toEqual(['owner', 'member']);
    expect(withOwner('direct', left)).toBe(left);
    expect(withOwner('group', members)).toBe(members);
  });
});
