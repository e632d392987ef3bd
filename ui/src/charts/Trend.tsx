import type { Asked, Metric } from '../api/model';
import type { Every } from '../filters/search';
import { OpenLink } from '../drawer/OpenLink';
import { bucketText } from '../words/dates';
import { Figure } from '../words/Figure';
import { figureText, headline } from '../words/figures';
import { barsPath, extremes, hoverable, path, readOut, runs } from './lines';

const frame = { width: 220, height: 50, top: 4, bottom: 2 };

type Props = { metric: Metric; answer: Asked; every: Every; zone: string; asTable: boolean };

/** A metric by bucket, small: its form, its extremes, and every value in a table for those who do not see it. */
export function Trend({ metric, answer, every, zone, asTable }: Props) {
  const field = headline(metric.shape);
  const values = answer.rows.map((row) => row[field] ?? null);
  const ends = extremes(values.map((one, i) => (isWhole(answer.rows, i) ? one : null))) ?? extremes(values);
  if (!ends) return <p className="nodata">no data in any {every}</p>;
  const max = Math.max(...values.map((value) => value ?? 0));
  const named = (i: number) => bucketText(answer.rows[i]?.bucket ?? '', every, zone);
  const value = (i: number) => (
    <Figure metric={metric} figure={field} value={values[i]} every={every} bucket={answer.rows[i]?.bucket} />
  );
  const link = (i: number) => (
    <OpenLink at={{ metric: metric.id, bucket: answer.rows[i]?.bucket }}>{value(i)}</OpenLink>
  );
  return (
    <figure className="small-chart">
      <svg viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden="true">
        {metric.chart === 'bar' ? (
          <path className="bar" d={barsPath(values, max, frame)} />
        ) : (
          <Line values={values} max={max} />
        )}
        <line className="axis" x1={0} x2={frame.width} y1={frame.height - 1} y2={frame.height - 1} />
        {values.length <= hoverable && (
          <Hovers texts={values.map((one, i) => `${named(i)}: ${figureText(metric.shape, field, one)}`)} />
        )}
      </svg>
      <figcaption className="ends">
        <span title={`lowest: ${named(ends.low)}; highest: ${named(ends.high)}`}>
          between {link(ends.low)} and {link(ends.high)}
        </span>
      </figcaption>
      <div className="visually-hidden">
        {asTable || values.length <= readOut ? (
          <table>
            <caption>
              {metric.title} by {every}
            </caption>
            <tbody>
              {answer.rows.map((row, i) => (
                <tr key={row.bucket}>
                  <th scope="row">{named(i)}</th>
                  <td>{value(i)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p>There are too many values to read out here. The page reads them all out after “As a table”.</p>
        )}
      </div>
    </figure>
  );
}

/**
 * Whether a bucket of a rate is as long as the others, but for the lengths of months. One that the window cuts down to a
 * Sunday is drawn, but is nobody's lowest week.
 */
function isWhole(rows: Asked['rows'], i: number): boolean {
  const longest = Math.max(...rows.map((row) => row.days ?? 0));
  return (rows[i]?.days ?? longest) >= 0.85 * longest;
}

function Line({ values, max }: { values: (number | null)[]; max: number }) {
  const found = runs(values, max, frame);
  return (
    <>
      {found.map((run) =>
        run.length === 1 ? (
          <circle key={run[0]?.x} className="lone" cx={run[0]?.x} cy={run[0]?.y} r={1.8} />
        ) : (
          <path key={run[0]?.x} className="line" d={path(run)} />
        ),
      )}
    </>
  );
}

/** What a pointer is told over each bucket. */
function Hovers({ texts }: { texts: string[] }) {
  const width = frame.width / texts.length;
  return texts.map((text, i) => (
    <rect key={i} className="hover" x={i * width} width={width} height={frame.height}>
      <title>{text}</title>
    </rect>
  ));
}
