import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Deployment, DeploymentStatus } from './deployment.js';

export const DEPLOYMENT_EVENTS = ['deployment.created', 'deployment.status_added'] as const;

/** The actor. Null: the service itself, at the deadline. */
export type Actor = Pick<Principal, 'userId' | 'apiKeyId'> | null;

const about = (actor: Actor, deployment: Deployment) => ({
  aggregate: { type: 'deployment', id: deployment.id },
  orgId: deployment.organizationId,
  actor: { userId: actor?.userId ?? null, apiKeyId: actor?.apiKeyId ?? null },
  subject: null,
  tags: [
    tags.entity(deployment.organizationId, 'deployments', deployment.id),
    tags.collection(deployment.organizationId, 'deployments'),
  ],
});

export const deploymentCreated = (actor: Actor, deployment: Deployment): DomainEvent => ({
  ...about(actor, deployment),
  type: 'deployment.created',
  payload: {
    environment: deployment.environment,
    ref: deployment.ref,
    sha: deployment.sha,
    rollback_of: deployment.rollbackOf,
    source_deployment_id: deployment.sourceDeploymentId,
  },
});

export const statusAdded = (actor: Actor, deployment: Deployment, status: DeploymentStatus): DomainEvent => ({
  ...about(actor, deployment),
  type: 'deployment.status_added',
  payload: { environment: deployment.environment, state: status.state, status_id: status.id },
});
