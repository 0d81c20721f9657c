import type { PartialVariant, TemplatePartial } from '../template.js';
import type { PartialSummary } from './partials.mongo.repository.js';
import type { PartialResponse, PartialSummaryResponse } from './template-partials.dto.js';

const toVariant = ({ body, html }: PartialVariant): PartialVariant => ({
  ...(body !== undefined && { body }),
  ...(html !== undefined && { html }),
});

export const toPartialResponse = ({
  name,
  variants,
  created_at: createdAt,
  updated_at: updatedAt,
}: TemplatePartial): PartialResponse => ({
  name,
  variants: Object.fromEntries(
    Object.entries(variants).map(([locale, variant]) => [locale, toVariant(variant)]),
  ),
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

export const toPartialSummary = ({
  name,
  locales,
  created_at: createdAt,
  updated_at: updatedAt,
}: PartialSummary): PartialSummaryResponse => ({
  name,
  locales: [...locales],
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});
