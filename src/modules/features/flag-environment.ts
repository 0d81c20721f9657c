import type { Principal } from '../../common/http/principal.js';

/** Of callers who are no API key. */
const DEFAULT_ENVIRONMENT = 'production';

/** The environment that a caller sees where the request names none. */
export const environmentOfCaller = ({ flagEnvironment }: Principal): string =>
  flagEnvironment ?? DEFAULT_ENVIRONMENT;
