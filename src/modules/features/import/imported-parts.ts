import { z } from 'zod';

/** Unleash writes null for an absent value. */
const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const textual = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.array(textual);

/** Like the schemas of `POST features`, but any constraint is accepted, because it is evaluated as in Unleash. */
const constraint = z.object({
  contextName: z.string(),
  operator: z.string(),
  values: absent(texts),
  value: absent(textual),
  inverted: absent(z.boolean()),
  caseInsensitive: absent(z.boolean()),
});

export const importedVariant = z.object({
  name: z.string(),
  weight: z.number(),
  weightType: absent(z.string()),
  stickiness: absent(z.string()),
  payload: absent(z.object({ type: z.string(), value: textual })),
  overrides: absent(z.array(z.object({ contextName: z.string(), values: texts }))),
});

export const importedStrategy = z.object({
  name: z.string(),
  title: absent(z.string()),
  disabled: absent(z.boolean()),
  sortOrder: absent(z.number()),
  parameters: absent(z.record(z.string(), textual.nullable())),
  constraints: absent(z.array(constraint)),
  segments: absent(z.array(z.number().int())),
  variants: absent(z.array(importedVariant)),
});

export const importedDependency = z.object({
  feature: z.string(),
  enabled: absent(z.boolean()),
  variants: absent(z.array(z.string())),
});

export const importedSegment = z.object({
  id: z.number().int(),
  name: absent(z.string()),
  description: absent(z.string()),
  constraints: absent(z.array(constraint)),
});
