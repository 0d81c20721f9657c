import { api } from '../../api/client.js';
import type { Flag } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { linkTo } from '../../hooks/use-route.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { Facts } from '../../ui/facts.js';
import { PageTitle } from '../../ui/page-title.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { Targeting } from './targeting.js';
import { TryOut } from './try-out.js';

/** One flag: its rules by environment, and a form to try them out. */
export function FlagDetail({ name }: { name: string }) {
  const path = api(`features/${encodeURIComponent(name)}`);
  const { data: flag, answer, problem, reload, isLoading } = useQuery<Flag>(path);
  return (
    <>
      <p class="back">
        <a href={linkTo('flags')}>← All flags</a>
      </p>
      <PageTitle title={flag?.name ?? name} />
      <ProblemNote problem={problem} onRetry={reload} />
      {!flag && isLoading && <p class="empty">Loading …</p>}
      {flag && (
        <>
          <Card title="About">
            <Facts
              of={[
                ['Key', <code>{flag.key}</code>],
                ['Type', flag.flag_type],
                ['Otherwise', <code>{JSON.stringify(flag.default_value)}</code>],
                ['Version', flag.version],
                ['Description', flag.description],
                ['Tags', flag.tags.length > 0 ? flag.tags.map((tag) => <Badge key={tag}>{tag}</Badge>) : '–'],
              ]}
            />
          </Card>
          <TryOut flag={flag} />
          {Object.keys(flag.environments).map((environment) => (
            <Targeting
              key={`${environment} ${flag.version}`}
              flag={flag}
              etag={answer?.etag ?? null}
              environment={environment}
              onChange={reload}
            />
          ))}
        </>
      )}
    </>
  );
}
