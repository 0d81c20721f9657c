import { plural } from './terminal/table.js';
import { runRebuild } from './verify/rebuild-command.js';

await runRebuild({
  script: 'analytics:rebuild',
  description:
    'Counts all analytics events again and sets their roll-ups. Days whose events were archived keep their counts.',
  check: 'analytics-rollups',
  counted: (count) => plural(count, 'roll-up'),
});
