import type { DeploymentState } from './deployment-state.js';

/** A deployment. Everything except its state is immutable. */
export interface Deployment {
  id: string;
  organizationId: string;
  environment: string;
  ref: string;
  sha: string | null;
  description: string | null;
  metadata: Readonly<Record<string, unknown>>;
  /** Whether its success makes the earlier successes of the environment inactive. */
  autoInactive: boolean;
  state: DeploymentState;
  deadlineAt: Date;
  /** Null if it has never succeeded. */
  succeededAt: Date | null;
  /** The account that requested it. The id stays when the account is deleted. */
  createdBy: string;
  /** For a rollback: the deployment that it replaces. */
  rollbackOf: string | null;
  /** The deployment whose ref it restores. */
  sourceDeploymentId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export type NewDeployment = Omit<Deployment, 'state' | 'succeededAt' | 'createdAt' | 'updatedAt'>;

/** One entry of a deployment's history. Never changed. */
export interface DeploymentStatus {
  id: string;
  deploymentId: string;
  state: DeploymentState;
  description: string | null;
  logUrl: string | null;
  environmentUrl: string | null;
  /** Null: the service itself, at the deadline. */
  createdBy: string | null;
  createdAt: Date;
}

/** The target of deployments. It is created with the first of them. */
export interface Environment {
  name: string;
  /** The last deployment that succeeded, until it is made inactive. */
  activeDeploymentId: string | null;
  /** The newest status of any deployment to it. */
  lastState: DeploymentState;
  updatedAt: Date;
}

/** A new status from a client or from the deadline. */
export interface StatusInput {
  state: DeploymentState;
  description?: string | undefined;
  log_url?: string | undefined;
  environment_url?: string | undefined;
}
