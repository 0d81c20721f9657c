import type { Deployment, DeploymentStatus, Environment } from './deployment.js';
import type { DeploymentResponse, StatusResponse } from './deployments.dto.js';

export const toDeploymentResponse = (deployment: Deployment): DeploymentResponse => ({
  id: deployment.id,
  environment: deployment.environment,
  ref: deployment.ref,
  sha: deployment.sha,
  description: deployment.description,
  metadata: { ...deployment.metadata },
  auto_inactive: deployment.autoInactive,
  state: deployment.state,
  deadline_at: deployment.deadlineAt.toISOString(),
  created_by: deployment.createdBy,
  rollback_of: deployment.rollbackOf,
  source_deployment_id: deployment.sourceDeploymentId,
  created_at: deployment.createdAt.toISOString(),
  updated_at: deployment.updatedAt.toISOString(),
});

export const toStatusResponse = (status: DeploymentStatus): StatusResponse => ({
  id: status.id,
  deployment_id: status.deploymentId,
  state: status.state,
  description: status.description,
  log_url: status.logUrl,
  environment_url: status.environmentUrl,
  created_by: status.createdBy,
  created_at: status.createdAt.toISOString(),
});

export const toEnvironmentResponse = (environment: Environment) => ({
  name: environment.name,
  active_deployment_id: environment.activeDeploymentId,
  last_state: environment.lastState,
  updated_at: environment.updatedAt.toISOString(),
});
