import { z } from 'zod';

/** The parts of answers that tests read. They are parsed, so that a wrong shape fails where it is read. */
export const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
});

export const userShape = z.strictObject({
  id: z.uuid(),
  organization_id: z.uuid().nullable(),
  email: z.string(),
  email_confirmed: z.boolean().nullable(),
  username: z.string(),
  avatar: z.string().nullable(),
  role: z.enum(['user', 'admin']).nullable(),
  last_login_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const pageShape = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    data: z.array(item),
    page: z.strictObject({ limit: z.number(), next_cursor: z.string().nullable() }),
  });

export const activityShape = z.object({
  id: z.uuid(),
  event_type: z.string(),
  user_id: z.string().nullable(),
  user_email: z.string().nullable(),
  actor_id: z.string().nullable(),
});
