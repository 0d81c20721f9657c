import { useRoute } from '../../hooks/use-route.js';
import { FlagDetail } from './flag-detail.js';
import { FlagList } from './flag-list.js';

/** All flags, or the one that the address names. */
export function FlagsPage() {
  const { detail } = useRoute();
  return detail === null ? <FlagList /> : <FlagDetail key={detail} name={detail} />;
}
