import type { Bin, Metric, Row } from '../api/model';
import { shortDurationText } from '../words/durations';
import { Figure } from '../words/Figure';
import { counted } from '../words/numbers';
import { edge, labelled, placeOf, trimmed } from './histogram';

const size = { width: 240, height: 50, axis: 12 };

// A single bin must not look like a flood.
const widest = 48;

const base = size.height - size.axis;

const binName = (bin: Bin) =>
  bin.to === null
    ? `${shortDurationText(bin.from)} or more`
    : `${shortDurationText(bin.from)} to ${shortDurationText(bin.to)}`;

/** How long single items took: the bins, and where the median and the 85th percentile stand among them. */
export function Histogram({ metric, bins: all, row }: { metric: Metric; bins: Bin[]; row: Row | undefined }) {
  const bins = trimmed(all);
  if (bins.length === 0) return <p className="nodata">no data</p>;
  const most = Math.max(...bins.map((bin) => bin.n));
  const step = Math.min(size.width / bins.length, widest);
  const xOf = (value: number | null | undefined) => {
    const place = value == null ? null : placeOf(value, bins);
    return place === null ? null : place * step;
  };
  return (
    <figure className="small-chart">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {bins.map((bin, i) => {
          const height = bin.n === 0 ? 0 : Math.max(0.8, ((base - 10) * bin.n) / most);
          return (
            <rect
              key={bin.from}
              className="bin"
              x={i * step + 0.5}
              width={step - 1}
              y={base - height}
              height={height}
            >
              <title>{`${binName(bin)}: ${counted(bin.n, 'item')}`}</title>
            </rect>
          );
        })}
        <line className="axis" x1={0} x2={size.width} y1={base} y2={base} />
        <Mark at={xOf(row?.p50)} name="median" />
        <Mark at={xOf(row?.p85)} name="p85" />
        {labelled(bins, Math.floor(size.width / 52)).map((i) => (
          <text
            key={i}
            className="tick"
            x={i * step}
            y={size.height - 1.5}
            textAnchor={i === 0 ? 'start' : i === bins.length ? 'end' : 'middle'}
          >
            {shortDurationText(edge(bins, i))}
          </text>
        ))}
      </svg>
      <div className="visually-hidden">
        <table>
          <caption>{metric.title}: how many items took how long</caption>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.from}>
                <th scope="row">{binName(bin)}</th>
                <td>
                  <Figure metric={metric} figure="distribution" value={bin.n} group={String(bin.from)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The median's name stands left of its line and the other's right, so that they keep apart where they are close. */
function Mark({ at: x, name }: { at: number | null; name: 'median' | 'p85' }) {
  if (x === null) return null;
  const left = name === 'median' ? x > 34 : x > size.width - 18;
  return (
    <g className={`mark mark-${name}`}>
      <line x1={x} x2={x} y1={2} y2={base} />
      <text
        x={left ? x - 3 : x + 3}
        y={left === (name === 'median') ? 8 : 17}
        textAnchor={left ? 'end' : 'start'}
      >
        {name === 'p85' ? '85 %' : name}
      </text>
    </g>
  );
}
