import { rolloutBucket } from './buckets.js';
import { parseRange } from './ip-range.js';
import { compileConstraint, never, type Test } from './operators.js';
import { rolloutId } from './stickiness.js';
import type { Strategy } from './unleash-document.js';

type Parameters = Readonly<Record<string, string>>;

const listOf = (text = ''): string[] => (text === '' ? [] : text.split(/\s*,\s*/));

/** For the persons who have a value in this field. */
const gradual =
  (field: string) =>
  ({ percentage, groupId = '' }: Parameters): Test => {
    const limit = Number(percentage);
    return ({ fields }) => {
      const id = fields[field];
      return limit > 0 && id !== undefined && id !== '' && rolloutBucket(id, groupId) <= limit;
    };
  };

function flexibleRollout({ rollout, groupId = '', stickiness = '' }: Parameters): Test {
  const limit = Number(rollout);
  return (context) => {
    const id = rolloutId(context, stickiness || 'default');
    return limit > 0 && id !== undefined && id !== '' && rolloutBucket(id, groupId) <= limit;
  };
}

function remoteAddress({ IPs }: Parameters): Test {
  const isFulfilled = compileConstraint({
    contextName: 'remoteAddress',
    operator: 'IN_CIDR',
    values: listOf(IPs).filter((range) => parseRange(range)?.base.kind() === 'ipv4'),
  });
  const exact = new Set<string | undefined>(listOf(IPs));
  return (context) => exact.has(context.fields['remoteAddress']) || isFulfilled(context);
}

const oneOf =
  (field: string, parameter: string) =>
  (parameters: Parameters): Test => {
    const values = new Set<string | undefined>(listOf(parameters[parameter]));
    return ({ fields }) => values.has(fields[field]);
  };

/**
 * Unleash compares host names in lower case. Our own host is not the caller's, so the host name comes from the
 * context.
 */
function applicationHostname({ hostNames }: Parameters): Test {
  const names = new Set<string | undefined>(listOf(hostNames?.toLowerCase()));
  return ({ fields }) => names.has(fields['hostname']?.toLowerCase());
}

const KINDS = {
  default: () => () => true,
  userWithId: oneOf('userId', 'userIds'),
  gradualRolloutUserId: gradual('userId'),
  gradualRolloutSessionId: gradual('sessionId'),
  gradualRolloutRandom:
    ({ percentage }) =>
    ({ random }) =>
      Number(percentage) >= Math.floor(random() * 100) + 1,
  flexibleRollout,
  remoteAddress,
  applicationHostname,
} as const satisfies Record<string, (parameters: Parameters) => Test>;

export const isStrategy = (name: string): name is keyof typeof KINDS => Object.hasOwn(KINDS, name);

/** The result of the strategy itself, without its constraints. An unknown strategy enables the flag for no person. */
export const compileStrategy = ({ name, parameters = {} }: Strategy): Test =>
  isStrategy(name) ? KINDS[name](parameters) : never;
