import type { Answers, Catalogue } from '../../api/model';
import { Dots } from '../../charts/Dots';
import { Histogram } from '../../charts/Histogram';
import { Trend } from '../../charts/Trend';
import { OpenLink } from '../../drawer/OpenLink';
import type { Key } from '../../filters/asks';
import type { Compare, Every } from '../../filters/search';
import { changeOf } from '../../words/change';
import { sentenceText } from '../../words/sentences';
import { BenchmarkRow, BenchmarkSource } from './BenchmarkRow';
import { ChangeCell } from './ChangeCell';
import { ValueCell } from './ValueCell';

export type GridProps = {
  keys: Key[];
  compared: Answers['compared'] | undefined;
  compare: Compare;
  every: Every;
  zone: string;
  catalogue: Catalogue;
  edition: number | null;
  asTable: boolean;
};

/** The keys as one table: a row a metric, its figures aligned so that the eye can go down a column. */
export function KeysGrid({ keys, compared, compare, every, zone, catalogue, edition, asTable }: GridProps) {
  return (
    <section aria-labelledby="keys-title" className="keys-section">
      <h2 id="keys-title">The keys</h2>
      {compared?.notes.map((note) => (
        <p key={note} className="lede">
          {sentenceText(note, zone)}
        </p>
      ))}
      <table className="keys">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">In this window</th>
            <th scope="col">Change</th>
            <th scope="col">By {every}</th>
            <th scope="col">Distribution over items or services</th>
            <th scope="col">Benchmark {edition}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.metric.id} id={key.metric.id}>
              <th scope="row" className="key-name">
                <OpenLink at={{ metric: key.metric.id }}>{key.metric.title}</OpenLink>
              </th>
              <td className="key-value">
                <ValueCell of={key} />
              </td>
              <td className="key-change">
                <ChangeCell of={key} compared={compared} compare={compare} zone={zone} />
              </td>
              <td className="key-trend" data-label={`By ${every}`}>
                {key.trend && (
                  <Trend metric={key.metric} answer={key.trend} every={every} zone={zone} asTable={asTable} />
                )}
              </td>
              <td
                className="key-spread"
                data-label={key.metric.shape === 'duration' ? 'How long each took' : 'Services, one dot each'}
              >
                <Spread of={key} />
              </td>
              <td className="key-benchmark" data-label={`Benchmark ${edition ?? ''}`}>
                <BenchmarkRow metric={key.metric} edition={edition} row={key.headline?.rows[0]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {compare !== 'none' && keys.some(isUnclear) && (
        <p className="source">No clear change: a difference of this size often comes by chance alone.</p>
      )}
      <BenchmarkSource catalogue={catalogue} edition={edition} />
    </section>
  );
}

const isUnclear = ({ metric, headline }: Key) =>
  changeOf(metric, headline?.rows[0], headline?.previous?.rows[0])?.verdict === 'unclear';

function Spread({ of }: { of: Key }) {
  const whole = of.headline?.rows[0];
  if (of.metric.shape === 'duration') {
    return <Histogram metric={of.metric} bins={of.headline?.distribution ?? []} row={whole} />;
  }
  return of.services ? <Dots metric={of.metric} answer={of.services} whole={whole} /> : null;
}
