import { barsPath, path, runs } from './lines';

const frame = { width: 420, height: 70, top: 4, bottom: 2 };

type Props = {
  name: string;
  kind: 'bar' | 'line';
  values: (number | null)[];
  texts: string[]; // what a pointer is told over each bucket
  write: (value: number) => string;
};

/** One figure by bucket, small: a bucket without data is a gap. The table beside it has the numbers. */
export function SmallTrend({ name, kind, values, texts, write }: Props) {
  const max = Math.max(0, ...values.map((value) => value ?? 0));
  const width = frame.width / Math.max(1, values.length);
  return (
    <figure className="small-chart wide">
      <figcaption className="ends">
        {name}
        {max > 0 ? <>, up to {write(max)}</> : ': no data'}
      </figcaption>
      <svg viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden="true">
        {kind === 'bar' ? (
          <path className="bar" d={barsPath(values, max, frame)} />
        ) : (
          runs(values, max, frame).map((run) =>
            run.length === 1 ? (
              <circle key={run[0]?.x} className="lone" cx={run[0]?.x} cy={run[0]?.y} r={2} />
            ) : (
              <path key={run[0]?.x} className="line" d={path(run)} />
            ),
          )
        )}
        <line className="axis" x1={0} x2={frame.width} y1={frame.height - 1} y2={frame.height - 1} />
        {texts.map((text, i) => (
          <rect key={i} className="hover" x={i * width} width={width} height={frame.height}>
            <title>{text}</title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}
