import type { Catalogue, Metric, Row } from '../../api/model';
import { sources, standing } from '../../words/benchmarks';

/** All levels as they were published, with the one or the several that the figure falls into marked. */
export function BenchmarkRow({
  metric,
  edition,
  row,
}: {
  metric: Metric;
  edition: number | null;
  row: Row | undefined;
}) {
  const where = standing(metric, edition, row);
  if (where.kind === 'none') return <span className="nodata">{where.said}</span>;
  return (
    <>
      <ul className="levels">
        {where.benchmark.levels.map((level) => {
          const here = where.matches.includes(level);
          return (
            <li key={level.level} className={here ? 'level here' : 'level'} aria-current={here || undefined}>
              <span className="level-name">{level.level}</span>
              <span className="level-text">{level.text}</span>
            </li>
          );
        })}
      </ul>
      {where.said !== null && <span className="details">{where.said}</span>}
    </>
  );
}

/** The edition's source and year. */
export function BenchmarkSource({ catalogue, edition }: { catalogue: Catalogue; edition: number | null }) {
  const none = catalogue.no_benchmark.find((one) => one.edition === edition);
  if (none)
    return (
      <p className="source">
        Benchmark {none.edition}: {none.text}
      </p>
    );
  const found = sources(catalogue, edition);
  if (found.length === 0) return <p className="source">There is no benchmark of {edition}.</p>;
  const notes = [...new Set(catalogue.metrics.flatMap((metric) => noteOf(metric, edition)))];
  return (
    <p className="source">
      Benchmark:{' '}
      {found.map((benchmark) => (
        <a key={benchmark.url} href={benchmark.url}>
          {benchmark.source}
        </a>
      ))}
      , edition of {edition}. Each metric has its own levels; they are not averaged into one grade.{' '}
      {notes.join(' ')}
    </p>
  );
}

function noteOf(metric: Metric, edition: number | null): string[] {
  return metric.benchmarks
    .filter((one) => one.edition === edition)
    .flatMap((one) => (one.note ? [one.note] : []));
}
