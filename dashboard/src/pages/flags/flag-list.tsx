import { api } from '../../api/client.js';
import type { Flag } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { linkTo } from '../../hooks/use-route.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Moment } from '../../ui/moment.js';
import { PageTitle } from '../../ui/page-title.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { type Column, Table } from '../../ui/table.js';
import { EnvironmentSwitch } from './environment-switch.js';

/** Every flag with a switch for each environment. */
export function FlagList() {
  const flags = usePages<Flag>(api('features', { archived: 'false' }));
  const environments = [...new Set(flags.items.flatMap((flag) => Object.keys(flag.environments)))].sort();
  const columns: Column<Flag>[] = [
    {
      title: 'Flag',
      cell: ({ key, name, tags }) => (
        <span class="named">
          <a href={linkTo('flags', key)}>{name}</a> <code>{key}</code>{' '}
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      ),
    },
    { title: 'Type', cell: ({ flag_type: type }) => type },
    ...environments.map((environment) => ({
      title: environment,
      cell: (flag: Flag) => (
        <EnvironmentSwitch flag={flag} environment={environment} onChange={flags.reload} />
      ),
    })),
    { title: 'Changed', cell: (flag) => <Moment at={flag.updated_at} /> },
  ];
  return (
    <>
      <PageTitle title="Feature flags">
        <Button onClick={flags.reload}>Refresh</Button>
      </PageTitle>
      <Card
        title="Flags"
        about="A switch turns a flag on or off in its environment. The name leads to its rules."
      >
        <QueryNotes of={flags} />
        <Table
          caption="Feature flags"
          rows={flags.items}
          keyOf={({ id }) => id}
          isLoading={flags.isLoading}
          more={flags.more}
          isLoadingMore={flags.isLoadingMore}
          empty="There are no flags yet."
          columns={columns}
        />
      </Card>
    </>
  );
}
