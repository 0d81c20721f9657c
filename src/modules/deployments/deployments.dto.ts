import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { DEPLOYMENT_STATES } from './deployment-state.js';

export const DEFAULT_DEADLINE_SECONDS = 3_600;
const MAX_METADATA_BYTES = 16 * 1_024;

/** The name of an environment in paths and filters. */
export const environmentName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 of A-Z, a-z, 0-9, dots, hyphens and underscores',
  );

const ref = z.string().trim().min(1).max(255).describe('A branch, a tag or a commit.');
const sha = z.string().regex(/^[0-9a-f]{7,64}$/, 'must be 7 to 64 hexadecimal digits in lower case');
const description = z.string().trim().max(1_000);
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_048);
const state = z.enum(DEPLOYMENT_STATES);
const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES,
    `must not exceed ${MAX_METADATA_BYTES} bytes`,
  )
  .describe('Any JSON object, up to 16 KiB.');

export class CreateDeploymentDto extends createZodDto(
  z
    .strictObject({
      environment: environmentName,
      ref,
      sha: sha.optional(),
      description: description.optional(),
      metadata: metadata.optional(),
      auto_inactive: z
        .boolean()
        .optional()
        .describe('Whether its success makes earlier successes of the environment inactive. Default true.'),
      deadline_seconds: z
        .int()
        .min(10)
        .max(86_400)
        .optional()
        .describe('After this time it ends in `error` by itself. Default 3,600.'),
    })
    .meta({ examples: [{ environment: 'production', ref: 'v1.4.0', description: 'Release 1.4.0' }] }),
) {}

export class AddStatusDto extends createZodDto(
  z
    .strictObject({
      state,
      description: description.optional(),
      log_url: url.optional(),
      environment_url: url.optional(),
    })
    .meta({ examples: [{ state: 'in_progress', log_url: 'https://ci.example.com/runs/42' }] }),
) {}

export class RollbackDeploymentDto extends createZodDto(
  z
    .strictObject({
      to: z
        .uuid()
        .optional()
        .describe('An earlier success of the same environment. Default: the one before this.'),
    })
    .meta({ examples: [{}] }),
) {}

export class ListDeploymentsQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    environment: environmentName.optional(),
    state: state.optional(),
    ref: ref.optional(),
    sha: sha.optional(),
    created_by: z.uuid().optional(),
  }),
) {}

export class ListStatusesQuery extends createZodDto(z.strictObject(pageQuery)) {}

const deploymentSchema = z.object({
  id: z.uuid(),
  environment: z.string(),
  ref: z.string(),
  sha: z.string().nullable(),
  description: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  auto_inactive: z.boolean(),
  state,
  deadline_at: z.iso.datetime(),
  created_by: z.uuid(),
  rollback_of: z.uuid().nullable().describe('The deployment that it replaces.'),
  source_deployment_id: z.uuid().nullable().describe('The deployment whose ref it brings back.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const statusSchema = z.object({
  id: z.uuid(),
  deployment_id: z.uuid(),
  state,
  description: z.string().nullable(),
  log_url: z.string().nullable(),
  environment_url: z.string().nullable(),
  created_by: z.uuid().nullable().describe('Null: the service itself, at the deadline.'),
  created_at: z.iso.datetime(),
});

const environmentSchema = z.object({
  name: z.string(),
  active_deployment_id: z.uuid().nullable(),
  last_state: state.describe('The newest status of any deployment to it.'),
  updated_at: z.iso.datetime(),
});

export class DeploymentResponse extends createZodDto(deploymentSchema) {}
export class DeploymentPage extends createZodDto(pageOf(deploymentSchema)) {}
export class StatusResponse extends createZodDto(statusSchema) {}
export class StatusPage extends createZodDto(pageOf(statusSchema)) {}
export class EnvironmentsResponse extends createZodDto(z.object({ data: z.array(environmentSchema) })) {}
