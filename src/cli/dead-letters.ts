import { type Command, Option } from 'commander';

import { isId } from '../common/ids/ids.js';
import { Clock } from '../common/time/clock.js';
import { DECLARED } from '../declare.js';
import {
  DEAD_LETTER_SOURCES,
  type DeadLetter,
  type DeadLetterSource,
} from '../flows/dead-letters/dead-letter.js';
import { DeadLetters } from '../flows/dead-letters/dead-letters.js';
import { EffectCollections } from '../flows/effects/effect-collections.js';
import { EffectDeadLetters } from '../flows/effects/effect-dead-letters.mongo.repository.js';
import { EffectWakeup } from '../flows/effects/effect-wakeup.js';
import { OutboxDeadLetters } from '../flows/outbox/outbox-dead-letters.pg.repository.js';
import { JobDeadLetters } from '../flows/scheduler/job-dead-letters.pg.repository.js';
import { SpoolDeadLetters } from '../flows/spool/spool-dead-letters.pg.repository.js';
import { Mongo } from '../stores/mongo/mongo.js';
import { Postgres } from '../stores/postgres/postgres.js';
import { EXIT_USAGE, print, printJson, runCommand, wholeNumber } from './run-command.js';
import { CommandFailed } from './terminal/explained.js';
import { plural, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface JsonOption {
  json?: true;
}

interface SourceOption {
  source?: DeadLetterSource;
}

interface ListOptions extends JsonOption, SourceOption {
  limit: number;
}

interface RetryOptions extends JsonOption, SourceOption {
  all?: true;
}

const ERROR_WIDTH = 60;

const withLetters = <T>(work: (letters: DeadLetters) => Promise<T>): Promise<T> =>
  withConfig(['postgres', 'mongodb'], async (config) => {
    const [postgres, mongo] = [new Postgres(config), new Mongo(config)];
    try {
      await Promise.all([postgres.onModuleInit(), mongo.onModuleInit()]);
      const effects = new EffectCollections(DECLARED.collections.filter((collection) => collection.effects));
      return await work(
        new DeadLetters(
          new OutboxDeadLetters(postgres),
          new SpoolDeadLetters(postgres),
          new EffectDeadLetters(mongo, effects, new EffectWakeup(), new Clock()),
          new JobDeadLetters(postgres),
        ),
      );
    } finally {
      await Promise.all([postgres.onApplicationShutdown(), mongo.onApplicationShutdown()]);
    }
  });

const firstLine = (text: string | null): string =>
  (text ?? '').split('\n', 1)[0]?.slice(0, ERROR_WIDTH) ?? '';

const toJson = ({ id, source, orgId, lastError, recordedAt, deadAt, ...same }: DeadLetter) => ({
  id,
  source,
  type: same.type,
  aggregate: same.aggregate,
  organization_id: orgId,
  attempts: same.attempts,
  last_error: lastError,
  recorded_at: recordedAt.toISOString(),
  dead_at: deadAt.toISOString(),
});

const unknown = (id: string): CommandFailed =>
  new CommandFailed('There is no such dead letter.', `${id} is not among what was given up`, [
    'npm run dead-letters -- list',
  ]);

async function list({ limit, source, json }: ListOptions): Promise<void> {
  const found = await withLetters((letters) => letters.list(limit + 1, { source }));
  const shown = found.slice(0, limit);
  if (json) return printJson({ dead_letters: shown.map(toJson), has_more: found.length > limit });
  if (shown.length === 0) return print('There are no dead letters.');
  const rows = shown.map((letter) => [
    letter.id,
    letter.source,
    letter.type,
    letter.aggregate,
    String(letter.attempts),
    letter.deadAt.toISOString(),
    firstLine(letter.lastError),
  ]);
  print(table(['id', 'source', 'type', 'aggregate', 'attempts', 'given up', 'last error'], rows));
  print(`${plural(shown.length, 'dead letter')}${found.length > limit ? ', and more: --limit' : ''}.`);
}

async function show(id: string, { json }: JsonOption): Promise<void> {
  const letter = isId(id) ? await withLetters((letters) => letters.find(id)) : null;
  if (!letter) throw unknown(id);
  const { actorUserId, actorApiKeyId, subjectUserId, payload } = letter;
  const whole = {
    ...toJson(letter),
    actor_id: actorUserId,
    api_key_id: actorApiKeyId,
    user_id: subjectUserId,
    payload,
  };
  if (json) return printJson(whole);
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  print(
    table(
      ['field', 'value'],
      Object.entries(whole).map(([name, value]) => [name, text(value)]),
    ),
  );
}

async function retry(id: string | undefined, { source, json }: RetryOptions): Promise<void> {
  if (id !== undefined && !isId(id)) throw unknown(id);
  const retried = await withLetters((letters) =>
    id === undefined ? letters.retryAll(source) : letters.retry([id]),
  );
  if (id !== undefined && retried === 0) throw unknown(id);
  if (json) return printJson({ retried });
  if (retried === 0) return print('There are no dead letters.');
  print(
    `${plural(retried, 'dead letter')} put back into the queue; a running service takes up ${retried === 1 ? 'it' : 'them'}.`,
  );
}

function configure(command: Command): Command {
  const source = () =>
    new Option(
      '--source <source>',
      'events of the outbox, documents of the spool, or jobs of the scheduler',
    ).choices(DEAD_LETTER_SOURCES);
  const json = ['--json', 'print the result as one line of JSON'] as const;
  command
    .command('list')
    .description('what was given up, the last one first')
    .option('--limit <n>', 'how many at the most', wholeNumber(1), 50)
    .addOption(source())
    .option(...json)
    .action(list);
  command
    .command('show')
    .description('one of them, with what it would write and why it was refused')
    .argument('<id>')
    .option(...json)
    .action(show);
  const retried = command
    .command('retry')
    .description('gives one of them, or all, their attempts again')
    .argument('[id]')
    .option('--all', 'every dead letter')
    .addOption(source())
    .option(...json)
    .action((id: string | undefined, options: RetryOptions) => {
      if ((id === undefined) !== (options.all === true) || (id !== undefined && options.source))
        retried.error('error: name one, or say --all, of one source or of all', { exitCode: EXIT_USAGE });
      return retry(id, options);
    });
  return command;
}

let root: Command | null = null;

await runCommand<object>({
  script: 'dead-letters',
  description: 'Shows the events, documents and jobs that were given up, and has them tried again.',
  configure: (command) => (root = configure(command)),
  run: async () => {
    await Promise.resolve(
      root?.error('error: say what to do: list, show or retry', { exitCode: EXIT_USAGE }),
    );
  },
});
