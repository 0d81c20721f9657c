import type { Shape } from '../shape.js';
import { apiKeys, users } from './accounts.js';
import { directMessages, groupMessages, rooms } from './chat.js';
import { configs, deployments, executionOutput, executions } from './delivery.js';
import { journal } from './journals.js';
import { transactions } from './money.js';
import { exports, focusSessions, moods, tags } from './personal.js';
import { deadLetters, outbox, schedule } from './queues.js';
import { documents, features, partials, segments, templates } from './texts.js';
import { activity, analytics, requestLogs } from './traffic.js';

/** In the order of the measurement. The queues come last, because what waits in them would slow down the others. */
export const SHAPES: readonly Shape[] = [
  tags,
  apiKeys,
  deployments,
  configs,
  executions,
  executionOutput,
  documents,
  features,
  segments,
  templates,
  partials,
  rooms,
  groupMessages,
  directMessages,
  moods,
  focusSessions,
  journal,
  exports,
  requestLogs,
  transactions,
  users,
  activity,
  analytics,
  deadLetters,
  schedule,
  outbox,
];
