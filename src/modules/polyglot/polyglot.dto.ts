import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { documentKey, PutDocumentDto } from '../documents/documents.dto.js';

export class WriteDocumentDto extends createZodDto(
  PutDocumentDto.schema.extend({ key: documentKey }).meta({
    examples: [{ key: 'user_profile_123', data: { name: 'John Doe', preferences: { theme: 'dark' } } }],
  }),
) {
  static readonly opaque = ['data'];
}

export class ReadTransactionsPath extends createZodDto(
  z.strictObject({ user: z.string().min(1).max(255).describe('The user_id, any text.') }),
) {}

export class WrittenTransaction extends createZodDto(
  z.object({
    success: z.literal(true),
    transaction_id: z.int(),
    message: z.literal('Transaction written to PostgreSQL'),
    stored_in: z.literal('PostgreSQL'),
  }),
) {}

const cachedDocument = {
  success: z.literal(true),
  key: z.string(),
  data: z.unknown(),
};

export class WrittenDocument extends createZodDto(
  z.object({ ...cachedDocument, from_cache: z.literal(false), stored_in: z.literal('MongoDB') }),
) {}

export class ReadDocument extends createZodDto(
  z.object({ ...cachedDocument, from_cache: z.boolean(), stored_in: z.enum(['Redis (cache)', 'MongoDB']) }),
) {}

export class ReadTransactions extends createZodDto(
  z.object({
    success: z.literal(true),
    key: z.string().describe('The user id.'),
    value: z
      .array(
        z.object({
          id: z.int(),
          user_id: z.string(),
          amount: z.number(),
          transaction_type: z.string(),
          created_at: z.iso.datetime(),
        }),
      )
      .describe('Newest first, the last 1,000.'),
    source: z.enum(['postgres', 'cache']),
  }),
) {}

export class StatsResponse extends createZodDto(
  z.object({
    postgres_pool_size: z.int().describe('The limit of connections of this instance.'),
    mongodb_connections: z.int().describe('Open connections of this instance.'),
    cache_keys: z.int().describe('Keys of your organisation in Redis.'),
    total_transactions: z.int(),
    total_documents: z.int(),
  }),
) {}
