import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** Only for the OpenAPI document. The bytes are checked instead, and `stripe-event.ts` parses them. */
export class StripeEventDto extends createZodDto(
  z
    .looseObject({
      id: z.string(),
      object: z.literal('event'),
      type: z.string(),
      created: z.number().int(),
      data: z.looseObject({ object: z.record(z.string(), z.unknown()) }),
    })
    .meta({
      examples: [
        {
          id: 'evt_1QabcD2eZvKYlo2C',
          object: 'event',
          type: 'customer.subscription.updated',
          created: 1_795_253_400,
          data: {
            object: {
              id: 'sub_1QabcD2eZvKYlo2C',
              object: 'subscription',
              customer: 'cus_R1',
              status: 'active',
            },
            previous_attributes: { status: 'incomplete' },
          },
        },
      ],
    }),
) {}

export class StripeReceipt extends createZodDto(
  z
    .object({
      received: z.literal(true),
      outcome: z
        .enum(['applied', 'kept', 'repeated', 'ignored'])
        .describe(
          '`kept`: until its customer or plan is there. `repeated`: its id is known. `ignored`: it has no meaning here.',
        ),
    })
    .meta({ examples: [{ received: true, outcome: 'applied' }] }),
) {}
