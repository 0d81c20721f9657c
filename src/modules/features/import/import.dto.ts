import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { environmentName } from '../../../common/http/environment-name.js';

export class EnvironmentQuery extends createZodDto(
  z.strictObject({
    environment: environmentName.optional().describe('Default: the one of your API key, else production.'),
  }),
) {}

const anyRecord = z.record(z.string(), z.unknown());

const EXAMPLE = {
  version: 2,
  features: [
    {
      name: 'new_dashboard',
      enabled: true,
      strategies: [
        {
          name: 'flexibleRollout',
          parameters: { rollout: '10', stickiness: 'default', groupId: 'new_dashboard' },
          constraints: [],
          segments: [1],
        },
      ],
      variants: [],
    },
  ],
  segments: [
    { id: 1, name: 'Staff', constraints: [{ contextName: 'userId', operator: 'IN', values: ['ada'] }] },
  ],
};

export class ImportDto extends createZodDto(
  z
    .looseObject({ features: z.array(anyRecord).max(20_000), segments: z.array(anyRecord).nullish() })
    .describe("Unleash's client document, or the export of its admin interface.")
    .meta({ examples: [EXAMPLE] }),
) {}

export class ImportResponse extends createZodDto(
  z.object({
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    segments: z.number().int(),
  }),
) {}

export class ExportResponse extends createZodDto(
  z
    .object({ version: z.number().int(), features: z.array(anyRecord), segments: z.array(anyRecord) })
    .meta({ examples: [EXAMPLE] }),
) {}
