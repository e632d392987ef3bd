import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMetric, type MetricQuery } from '../api/hooks';
import { without, type Search } from '../filters/search';
import { classText } from '../words/classes';
import { Figure } from '../words/Figure';
import { headline, itemsOf } from '../words/figures';
import type { Opening } from './opening';

const groupings = ['team', 'service'] as const;

/** The number for each team and each service: groups, never persons. In the order of their names, not of a ranking. */
export function Groups({ opening }: { opening: Opening }) {
  const shown = groupings.filter((by) => opening.metric.dimensions.includes(by));
  return shown.map((by) => <Grouped key={by} opening={opening} by={by} />);
}

function Grouped({ opening: { metric, asking }, by }: { opening: Opening; by: (typeof groupings)[number] }) {
  const { metric: id, ...window } = asking;
  const query: MetricQuery = { ...window, by };
  const answer = useMetric(id, query);
  if (answer.error) return <p role="alert">{answer.error.message}</p>;
  if (!answer.data) return <Skeleton height={200} mt="sm" />;
  const field = headline(metric.shape);
  const count = metric.classed ? 'numerator' : metric.shape === 'ratio' ? 'denominator' : 'n';
  const rows = answer.data.rows.filter((row) => itemsOf(metric.shape, row) > 0);
  return (
    <table className="items reasons">
      <thead>
        <tr>
          <th scope="col">{by}</th>
          {metric.classed && <th scope="col">class</th>}
          <th scope="col" className="num">
            {metric.shape === 'duration' ? 'median' : metric.shape === 'rate' ? 'a day' : 'share'}
          </th>
          <th scope="col" className="num">
            items
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.group ?? ''} ${row.class ?? ''}`}>
            <th scope="row">
              <GroupLink by={by} group={row.group ?? null} />
            </th>
            {metric.classed && <td>{classText(row.class)}</td>}
            <td className="num">
              <Figure
                metric={metric}
                figure={field}
                value={row[field]}
                by={by}
                group={row.group}
                class={row.class}
              />
            </td>
            <td className="num">
              <Figure
                metric={metric}
                figure={count}
                value={row[count]}
                by={by}
                group={row.group}
                class={row.class}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Filters the page by the group, and shows its items. */
function GroupLink({ by, group }: { by: 'team' | 'service'; group: string | null }) {
  if (group === null) return <>(none)</>;
  return (
    <Link
      to="/"
      search={(search: Search) => ({ ...without(search, 'tab'), [by]: [group] })}
      resetScroll={false}
      className="open"
      title={`Only ${by} ${group}`}
    >
      {group}
    </Link>
  );
}
