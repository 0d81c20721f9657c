import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';
import { canonicalId } from '../../common/ids/ids.js';
import { MAX_UNREAD } from './room-reading.pg.repository.js';
import { ROOM_ROLES, ROOM_TYPES } from './room.js';

const accountId = z.uuid().overwrite(canonicalId);
const ADA = '01981c7e-50aa-7d11-8e21-93b0a6f0c002';
const GRACE = '01981c7e-50aa-7d11-8e21-93b0a6f0c003';

export class CreateRoomDto extends createZodDto(
  z
    .strictObject({
      type: z.enum(ROOM_TYPES).describe('`direct`: you and one other person, who have one such room.'),
      member_ids: z
        .array(accountId)
        .max(200)
        .default([])
        .describe('Members of your organisation. You are always one of them, named or not.'),
      name: visibleText(120).optional().describe('Of a group.'),
    })
    .meta({
      examples: [
        { type: 'direct', member_ids: [GRACE] },
        { type: 'group', name: 'Launch', member_ids: [ADA, GRACE] },
      ],
    }),
) {}

export class ListRoomsQuery extends createZodDto(z.strictObject(pageQuery)) {}

export const personSchema = z.object({
  id: z.uuid().describe('Of the account.'),
  username: z.string().nullable().describe('null while it cannot be looked up.'),
  avatar: z.string().nullable(),
});

const roomSchema = z
  .object({
    id: z.uuid(),
    type: z.enum(ROOM_TYPES),
    name: z.string().nullable(),
    member_count: z.number().int(),
    members: z.array(personSchema).describe('The first ten, in the order of joining.'),
    unread_count: z
      .number()
      .int()
      .describe(`Messages of others since you have read; ${MAX_UNREAD} stands for more, too.`),
    created_at: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        ...{ id: '01981c80-0000-7000-8000-000000000001', type: 'group', name: 'Launch', member_count: 2 },
        members: [
          { id: ADA, username: 'ada', avatar: null },
          { id: GRACE, username: 'grace', avatar: null },
        ],
        ...{ unread_count: 3, created_at: '2026-11-21T09:30:00.000Z' },
      },
    ],
  });

export class RoomResponse extends createZodDto(roomSchema) {}
export class RoomPage extends createZodDto(pageOf(roomSchema)) {}

export class AddRoomMemberDto extends createZodDto(
  z
    .strictObject({
      user_id: accountId.describe('A member of your organisation.'),
      role: z.enum(ROOM_ROLES).default('member'),
    })
    .meta({ examples: [{ user_id: GRACE, role: 'member' }] }),
) {}

const roomMemberSchema = personSchema.extend({ role: z.enum(ROOM_ROLES), joined_at: z.iso.datetime() }).meta({
  examples: [
    {
      ...{ id: GRACE, username: 'grace', avatar: null, role: 'member' },
      joined_at: '2026-11-21T09:30:00.000Z',
    },
  ],
});

export class RoomMemberResponse extends createZodDto(roomMemberSchema) {}
export class RoomMemberPage extends createZodDto(pageOf(roomMemberSchema)) {}
