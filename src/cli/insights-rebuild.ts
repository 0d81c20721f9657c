import { plural } from './terminal/table.js';
import { runRebuild } from './verify/rebuild-command.js';

await runRebuild({
  script: 'insights:rebuild',
  description:
    'Counts journal entries, moods and focus sessions again, and sets daily_activity_logs and user_analytics.',
  check: 'insights',
  counted: (count) => plural(count, 'day and total', 'days and totals'),
});
