// Node 12.20 syntax (see bootstrap.mjs).
import { Failure } from './failure.mjs';

export const MINIMUM = [22, 19];

export const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
};

export function assertNewEnough(version) {
  if (isNewEnough(version)) return;
  throw new Failure('This is Node ' + version + ', which is too old.', {
    why: 'the service needs Node ' + MINIMUM.join('.') + ' or newer',
    remedies: ['install Node 24 LTS, put it first in PATH and run the same command again'],
  });
}
