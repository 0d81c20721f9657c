import { describe, expect, it } from 'vitest';

import {
  canMove,
  DEPLOYMENT_STATES,
  type DeploymentState,
  isUnderway,
} from '../../../src/modules/deployments/deployment-state.js';

const TABLE: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  pending: ['queued', 'in_progress', 'failure', 'error', 'cancelled'],
  queued: ['in_progress', 'failure', 'error', 'cancelled'],
  in_progress: ['success', 'failure', 'error', 'cancelled'],
  success: ['inactive'],
  failure: [],
  error: [],
  cancelled: [],
  inactive: [],
};

describe('a deployment', () => {
  it.each(DEPLOYMENT_STATES)('that is %s moves where the table says and nowhere else', (from) => {
    expect(DEPLOYMENT_STATES.filter((to) => canMove(from, to)).toSorted()).toEqual(TABLE[from].toSorted());
  });

  it('is under way until it has ended', () => {
    expect(DEPLOYMENT_STATES.filter(isUnderway)).toEqual(['pending', 'queued', 'in_progress']);
  });
});
