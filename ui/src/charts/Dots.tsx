import type { Asked, Metric, Row } from '../api/model';
import { Figure } from '../words/Figure';
import { figureText, itemsOf } from '../words/figures';
import { counted } from '../words/numbers';
import { radius, swarm } from './dots';

const size = { width: 240, height: 50, middle: 22, base: 40, side: 6 };

/** One dot per service, as large as the number of its deployments, and the whole marked. */
export function Dots({ metric, answer, whole }: { metric: Metric; answer: Asked; whole: Row | undefined }) {
  const rows = answer.rows.filter((row) => row.value != null);
  if (rows.length === 0) return <p className="nodata">no data</p>;
  const max = Math.max(...rows.map((row) => row.value ?? 0)) || 1;
  const most = Math.max(...rows.map((row) => itemsOf(metric.shape, row)));
  const at = (value: number) => size.side + (value / max) * (size.width - 2 * size.side);
  const dots = rows.map((row) => ({
    x: at(row.value ?? 0),
    r: radius(itemsOf(metric.shape, row), most, rows.length > 60 ? 3 : 5),
  }));
  const offsets = swarm(dots, size.base - size.middle - 2);
  // The services' rates add up to the whole, so that the whole is not among them; their mean is.
  const mark = metric.shape === 'rate' ? (whole?.value ?? 0) / rows.length : whole?.value;
  return (
    <figure className="small-chart">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        <line className="axis" x1={0} x2={size.width} y1={size.base - 1} y2={size.base - 1} />
        {mark != null && mark <= max && (
          <Marked x={at(mark)} name={metric.shape === 'rate' ? 'mean' : 'all'} />
        )}
        {rows.map((row, i) => (
          <circle
            key={row.group ?? ''}
            className="dot"
            cx={dots[i]?.x}
            cy={size.middle + (offsets[i] ?? 0)}
            r={dots[i]?.r}
          >
            <title>{`${row.group ?? '(none)'}: ${figureText(metric.shape, 'value', row.value)} of ${counted(itemsOf(metric.shape, row), 'deployment')}`}</title>
          </circle>
        ))}
        <text className="tick" x={0} y={size.height - 1.5}>
          0
        </text>
        <text className="tick" x={size.width} y={size.height - 1.5} textAnchor="end">
          {farthest(metric, rows)}
        </text>
      </svg>
      <div className="visually-hidden">
        <table>
          <caption>{metric.title} by service</caption>
          <tbody>
            {rows.map((row) => (
              <tr key={row.group ?? ''}>
                <th scope="row">{row.group ?? '(none)'}</th>
                <td>
                  <Figure metric={metric} figure="value" value={row.value} by="service" group={row.group} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function farthest(metric: Metric, rows: Row[]): string {
  const top = rows.reduce((a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a));
  return `${top.group ?? '(none)'} ${figureText(metric.shape, 'value', top.value)}`;
}

function Marked({ x, name }: { x: number; name: string }) {
  const left = x > size.width - 30;
  return (
    <g className="mark mark-median">
      <line x1={x} x2={x} y1={2} y2={size.base - 1} />
      <text x={left ? x - 3 : x + 3} y={8} textAnchor={left ? 'end' : 'start'}>
        {name}
      </text>
    </g>
  );
}
