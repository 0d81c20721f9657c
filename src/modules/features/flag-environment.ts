import type { Principal } from '../../common/http/principal.js';

/** For callers without an API key. */
const DEFAULT_ENVIRONMENT = 'production';

/** The environment that a caller sees if the request names none. */
export const environmentOfCaller = ({ flagEnvironment }: Principal): string =>
  flagEnvironment ?? DEFAULT_ENVIRONMENT;
