import type { Feature } from './feature.js';
import { activity } from './modules/activity/activity.feature.js';
import { analytics } from './modules/analytics/analytics.feature.js';
import { apiKeys } from './modules/api-keys/api-keys.feature.js';
import { audit } from './modules/audit/audit.feature.js';
import { auth } from './modules/auth/auth.feature.js';
import { configs } from './modules/configs/configs.feature.js';
import { deployments } from './modules/deployments/deployments.feature.js';
import { features } from './modules/features/features.feature.js';
import { entitlements } from './modules/entitlements/entitlements.feature.js';
import { executions } from './modules/executions/executions.feature.js';
import { documents } from './modules/documents/documents.feature.js';
import { emailConfirmations } from './modules/email-confirmations/email-confirmations.feature.js';
import { invitations } from './modules/invitations/invitations.feature.js';
import { keyVerification } from './modules/key-verification/key-verification.feature.js';
import { notificationTemplates } from './modules/notification-templates/notification-templates.feature.js';
import { focusSessions } from './modules/focus-sessions/focus-sessions.feature.js';
import { fieldEncryption } from './modules/field-encryption/field-encryption.feature.js';
import { exports } from './modules/exports/exports.feature.js';
import { imports } from './modules/imports/imports.feature.js';
import { insights } from './modules/insights/insights.feature.js';
import { journal } from './modules/journal/journal.feature.js';
import { moods } from './modules/moods/moods.feature.js';
import { organizations } from './modules/organizations/organizations.feature.js';
import { polyglot } from './modules/polyglot/polyglot.feature.js';
import { plans } from './modules/plans/plans.feature.js';
import { passwordResets } from './modules/password-resets/password-resets.feature.js';
import { profile } from './modules/profile/profile.feature.js';
import { prompts } from './modules/prompts/prompts.feature.js';
import { requestLogs } from './modules/request-logs/request-logs.feature.js';
import { rooms } from './modules/rooms/rooms.feature.js';
import { sessions } from './modules/sessions/sessions.feature.js';
import { stripeWebhooks } from './modules/stripe-webhooks/stripe-webhooks.feature.js';
import { subscriptions } from './modules/subscriptions/subscriptions.feature.js';
import { tags } from './modules/tags/tags.feature.js';
import { transactions } from './modules/transactions/transactions.feature.js';
import { users } from './modules/users/users.feature.js';

/** Every feature, one line each. The OpenAPI document, `db:seed` and the projections use this order. */
export const FEATURES: readonly Feature[] = [
  fieldEncryption,
  auth,
  sessions,
  passwordResets,
  profile,
  users,
  organizations,
  invitations,
  emailConfirmations,
  apiKeys,
  keyVerification,
  activity,
  audit,
  analytics,
  deployments,
  configs,
  features,
  notificationTemplates,
  requestLogs,
  plans,
  subscriptions,
  stripeWebhooks,
  entitlements,
  transactions,
  rooms,
  executions,
  documents,
  journal,
  polyglot,
  focusSessions,
  tags,
  moods,
  prompts,
  insights,
  exports,
  imports,
];
