/** Routes that machines request every few seconds. They are answered however busy the service is. */
export const PROBES: ReadonlySet<string> = new Set([
  '/health',
  '/health/database',
  '/health/live',
  '/health/ready',
  '/api/health',
  '/metrics',
]);
