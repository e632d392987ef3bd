import { useHandoffTrend, type BehindQuery } from '../../api/handoffs';
import { SmallTrend } from '../../charts/SmallTrend';
import type { StreamFilters } from '../../filters/streamFilters';
import { bucketText } from '../../words/dates';
import { durationText } from '../../words/durations';
import { counted, countText, noData } from '../../words/numbers';
import { StreamFigure } from '../../words/StreamFigure';
import { trendEvery } from './reading';

type Props = {
  query: BehindQuery;
  filters: StreamFilters;
  zone: string;
};

/** Whether the wait gets shorter. */
export function PairTrend({ query, filters, zone }: Props) {
  const every = trendEvery(filters);
  const trend = useHandoffTrend({ ...query, every });
  if (!trend.data) return null;
  const { rows } = trend.data;
  const named = (bucket: string) => bucketText(bucket, every, zone);
  return (
    <section aria-label={`By ${every}`}>
      <div className="pair-trends">
        <SmallTrend
          name={`Median wait by ${every}`}
          kind="line"
          values={rows.map(({ wait }) => wait.p50)}
          write={durationText}
          texts={rows.map(
            ({ bucket, wait }) => `${named(bucket)}: ${wait.p50 === null ? noData : durationText(wait.p50)}`,
          )}
        />
        <SmallTrend
          name={`Handoffs by ${every}`}
          kind="bar"
          values={rows.map(({ n }) => n)}
          write={countText}
          texts={rows.map(({ bucket, n }) => `${named(bucket)}: ${counted(n, 'handoff')}`)}
        />
      </div>
      <div className="visually-hidden">
        <table>
          <caption>By {every}</caption>
          <thead>
            <tr>
              <th scope="col">{every}</th>
              <th scope="col">handoffs</th>
              <th scope="col">median wait</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ bucket, n, wait }) => (
              <tr key={bucket}>
                <th scope="row">{named(bucket)}</th>
                <td>
                  <StreamFigure figure="trend.n" of={bucket} value={n} as="count" />
                </td>
                <td>
                  <StreamFigure figure="trend.wait.p50" of={bucket} value={wait.p50} as="duration" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
