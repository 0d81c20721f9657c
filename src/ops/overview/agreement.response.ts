import type { AgreementState } from '../../flows/agreement/agreement-state.js';
import type { AgreementMember } from './agreement.dto.js';

/** The continuous comparison in the form that operators receive. */
export const toAgreementMember = ({ recent, pass, differences }: AgreementState): AgreementMember => ({
  last_pass_at: pass?.finishedAt.toISOString() ?? null,
  checked: pass?.checked ?? 0,
  differences: Object.values(differences).reduce((sum, count) => sum + count, 0),
  recent_checked_at: recent?.finishedAt.toISOString() ?? null,
});
