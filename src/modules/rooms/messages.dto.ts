import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { DEFAULT_LIMIT, MAX_LIMIT } from '../../common/http/page.js';
import { wholeNumberOr } from '../../common/http/whole-number.js';
import { canonicalId, isId } from '../../common/ids/ids.js';
import { personSchema } from './rooms.dto.js';

const MAX_BYTES = 16 * 1_024;

const content = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_BYTES, `must have at most ${MAX_BYTES} bytes as UTF-8`)
  .describe('Up to 16 KiB of text.');
const fileUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2_048)
  .describe('The address of a file that goes with it.');
const messageId = z.string().overwrite(canonicalId).refine(isId, 'must be the id of a message');

export class SendMessageDto extends createZodDto(
  z
    .strictObject({
      content,
      file_url: fileUrl.nullable().optional(),
      client_id: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .describe('Your own id of the message. A repetition with it gives the message that is there.'),
    })
    .meta({ examples: [{ content: 'We go live at noon.', client_id: 'a1' }] }),
) {}

export class EditMessageDto extends createZodDto(
  z
    .strictObject({ content: content.optional(), file_url: fileUrl.nullable().optional() })
    .meta({ examples: [{ content: 'We go live at one.' }] }),
) {}

export class ListMessagesQuery extends createZodDto(
  z
    .strictObject({
      limit: wholeNumberOr(DEFAULT_LIMIT, 1, MAX_LIMIT).describe('How many messages at the most.'),
      before: messageId.optional().describe('Messages older than this one.'),
      after: messageId.optional().describe('The nearest messages newer than this one.'),
      around: messageId.optional().describe('This message, and what is next to it.'),
    })
    .refine(({ before, after, around }) => [before, after, around].filter(Boolean).length <= 1, {
      path: ['around'],
      error: 'at most one of before, after and around',
    }),
) {}

export class MarkReadDto extends createZodDto(
  z
    .strictObject({ message_id: messageId })
    .meta({ examples: [{ message_id: '01981c80-0000-7000-8000-000000000002' }] }),
) {}

export class ReadStateResponse extends createZodDto(
  z
    .object({ room_id: z.uuid(), unread_count: z.number().int() })
    .meta({ examples: [{ room_id: '01981c80-0000-7000-8000-000000000001', unread_count: 0 }] }),
) {}

const MESSAGE = {
  id: '01981c80-0000-7000-8000-000000000002',
  room_id: '01981c80-0000-7000-8000-000000000001',
  member: { id: '01981c7e-50aa-7d11-8e21-93b0a6f0c002', username: 'ada', avatar: null },
  content: 'We go live at noon.',
  file_url: null,
  deleted: false,
  version: 1,
  created_at: '2026-11-21T09:30:00.000Z',
  updated_at: '2026-11-21T09:30:00.000Z',
};

export const messageSchema = z
  .object({
    id: z.uuid(),
    room_id: z.uuid(),
    member: personSchema.nullable().describe('Who wrote it; null once the person is erased.'),
    content: z.string().nullable().describe('null in a message that is deleted.'),
    file_url: z.string().nullable(),
    deleted: z.boolean(),
    version: z.number().int().describe('Grows with every change.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ examples: [MESSAGE] });

export class MessageResponse extends createZodDto(messageSchema) {}

export class MessagePage extends createZodDto(
  z
    .object({
      data: z.array(messageSchema),
      page: z.object({
        limit: z.number().int(),
        next_cursor: z
          .uuid()
          .nullable()
          .describe('To be sent as `before`, or as `after` if that was asked; null at the end.'),
        found_oldest: z.boolean().describe('The first message of the room is among these.'),
        found_newest: z.boolean().describe('The last message of the room is among these.'),
      }),
      source: z.enum(['mongodb', 'postgres']).describe('Where the messages were read.'),
      degraded: z
        .boolean()
        .describe('A store that has these messages cannot be reached: what it alone has is missing.'),
    })
    .meta({
      examples: [
        {
          data: [MESSAGE],
          page: { limit: 50, next_cursor: null, found_oldest: true, found_newest: true },
          ...{ source: 'mongodb', degraded: false },
        },
      ],
    }),
) {}

export class MessageVersions extends createZodDto(
  z
    .object({
      data: z.array(
        z.object({
          version: z.number().int(),
          content: z.string(),
          file_url: z.string().nullable(),
          written_at: z.iso.datetime(),
        }),
      ),
    })
    .meta({
      examples: [
        {
          data: [
            {
              ...{ version: 2, content: 'We go live at one.', file_url: null },
              written_at: '2026-11-21T09:31:00.000Z',
            },
            {
              ...{ version: 1, content: 'We go live at noon.', file_url: null },
              written_at: '2026-11-21T09:30:00.000Z',
            },
          ],
        },
      ],
    }),
) {}

export class StreamTokenResponse extends createZodDto(
  z
    .object({ token: z.string(), expires_at: z.iso.datetime() })
    .meta({ examples: [{ token: 'eyJ…', expires_at: '2026-11-21T09:31:00.000Z' }] }),
) {}

export class FollowQuery extends createZodDto(
  z.strictObject({
    token: z
      .string()
      .max(1_024)
      .optional()
      .describe('Of `POST rooms/events/token`, for an EventSource, which sends no credential of its own.'),
    last_event_id: z
      .string()
      .max(64)
      .optional()
      .describe('As the header `Last-Event-ID`, for a new EventSource that goes on where another ended.'),
  }),
) {}
