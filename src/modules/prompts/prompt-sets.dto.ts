import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export class PromptSetResponse extends createZodDto(
  z.object({
    date: z.iso.date().describe('The present day, in the time zone of your profile.'),
    prompts: z.array(
      z.object({
        id: z.uuid().describe('Of the library; `prompt_id` of a journal entry’s response.'),
        text: z.string(),
        category: z.string().nullable(),
        completed_at: z.iso.datetime().nullable(),
      }),
    ),
    is_completed: z.boolean().describe('Whether every prompt is completed.'),
  }),
) {}
