import type { DeploymentState } from './deployment-state.js';

/** A deployment. Everything but its state stays as it was made. */
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
  /** Null unless it succeeded once. */
  succeededAt: Date | null;
  /** The account that asked for it. The id stays when the account is deleted. */
  createdBy: string;
  /** The deployment that it replaces, where it is a rollback. */
  rollbackOf: string | null;
  /** The deployment whose ref it brings back. */
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

/** Where deployments go. It comes into being with the first of them. */
export interface Environment {
  name: string;
  /** The last deployment to succeed, until it is made inactive. */
  activeDeploymentId: string | null;
  /** The newest status of any deployment to it. */
  lastState: DeploymentState;
  updatedAt: Date;
}

/** What somebody, or the deadline, says of a deployment. */
export interface StatusInput {
  state: DeploymentState;
  description?: string | undefined;
  log_url?: string | undefined;
  environment_url?: string | undefined;
}
