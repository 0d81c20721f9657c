import { z } from 'zod';

export const roomShape = z.object({
  id: z.uuid(),
  type: z.enum(['direct', 'group']),
  name: z.string().nullable(),
  member_count: z.number(),
  unread_count: z.number(),
});

export const messageShape = z.strictObject({
  id: z.uuid(),
  room_id: z.uuid(),
  member: z
    .strictObject({ id: z.uuid(), username: z.string().nullable(), avatar: z.string().nullable() })
    .nullable(),
  content: z.string().nullable(),
  file_url: z.string().nullable(),
  deleted: z.boolean(),
  version: z.number(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type ShownMessage = z.infer<typeof messageShape>;

export const messagePageShape = z.strictObject({
  data: z.array(messageShape),
  page: z.strictObject({
    limit: z.number(),
    next_cursor: z.string().nullable(),
    found_oldest: z.boolean(),
    found_newest: z.boolean(),
  }),
  source: z.enum(['mongodb', 'postgres']),
  degraded: z.boolean(),
});
