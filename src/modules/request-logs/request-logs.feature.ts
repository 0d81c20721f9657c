import type { Feature } from '../../feature.js';
import { archivedLogs } from './archived-logs.js';
import { REQUEST_LOGS_COLLECTION } from './request-log.js';
import { requestLogSchema } from './request-log.schema.js';
import { RequestLogsModule } from './request-logs.module.js';

export const requestLogs: Feature = {
  name: 'request-logs',
  about: 'What was asked of the service, and how it answered.',
  module: RequestLogsModule,
  collections: [
    {
      name: REQUEST_LOGS_COLLECTION,
      schema: requestLogSchema,
      resource: 'request-logs',
      expires: true,
      archived: archivedLogs,
      ofOrganization: 'kept',
      ofAccount: [{ field: 'user_id', effect: { user_id: null } }],
    },
  ],
};
