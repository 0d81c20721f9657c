/** The states of a deployment, in the usual order. */
export const DEPLOYMENT_STATES = [
  'pending',
  'queued',
  'in_progress',
  'success',
  'failure',
  'error',
  'cancelled',
  'inactive',
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

const NEXT: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  pending: ['queued', 'in_progress', 'failure', 'error', 'cancelled'],
  queued: ['in_progress', 'failure', 'error', 'cancelled'],
  in_progress: ['success', 'failure', 'error', 'cancelled'],
  success: ['inactive'],
  failure: [],
  error: [],
  cancelled: [],
  inactive: [],
};

export const canMove = (from: DeploymentState, to: DeploymentState): boolean => NEXT[from].includes(to);

/** Whether the deployment has not ended, so that its deadline applies. */
export const isUnderway = (state: DeploymentState): boolean => NEXT[state].includes('error');
