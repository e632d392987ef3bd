import type { Metric, Row } from '../../api/model';
import { OpenLink } from '../../drawer/OpenLink';
import type { Key } from '../../filters/asks';
import { Figure } from '../../words/Figure';
import { headline } from '../../words/figures';
import { itemsWord } from '../../words/items';

/** The value of the window, and below it what it is made of. */
export function ValueCell({ of: { metric, headline: answer } }: { of: Key }) {
  const row = answer?.rows[0];
  const field = headline(metric.shape);
  return (
    <OpenLink at={{ metric: metric.id }} className="value-link">
      <span className="value">
        <Figure metric={metric} figure={field} value={row?.[field]} />
        <Unit of={metric} row={row} />
      </span>
      {row && <Details of={metric} row={row} />}
    </OpenLink>
  );
}

export function Unit({ of: metric, row }: { of: Metric; row: Row | undefined }) {
  if (metric.shape === 'rate' && row?.value != null) return <span className="unit"> a day</span>;
  if (metric.shape === 'duration' && row?.p50 != null) return <span className="unit"> median</span>;
  return null;
}

type DetailsProps = { of: Metric; row: Row; where?: { every?: string; bucket?: string; previous?: boolean } };

export function Details({ of: metric, row, where = {} }: DetailsProps) {
  const figure = (name: keyof Row, value: number | null | undefined) => (
    <Figure metric={metric} figure={name} value={value} {...where} />
  );
  switch (metric.shape) {
    case 'rate':
      return (
        <span className="details">
          {figure('n', row.n)} {itemsWord(metric.id, row.n)}, on {figure('days_with', row.days_with)} of{' '}
          {figure('days', row.days)} days
        </span>
      );
    case 'ratio':
      return (
        <>
          <span className="details">
            {figure('numerator', row.numerator)} of {figure('denominator', row.denominator)}{' '}
            {itemsWord(metric.id, row.denominator)}
          </span>
          {row.low != null && (
            <span
              className="details"
              title="95 % confidence interval: so few deployments leave the true rate uncertain by this much"
            >
              95 %: {figure('low', row.low)} to {figure('high', row.high)}
            </span>
          )}
        </>
      );
    case 'duration':
      return row.n === 0 ? (
        <span className="details">
          {figure('n', row.n)} {itemsWord(metric.id, row.n)}
        </span>
      ) : (
        <>
          <span className="details">85 % within {figure('p85', row.p85)}</span>
          <span className="details">
            mean {figure('mean', row.mean)}, of {figure('n', row.n)} {itemsWord(metric.id, row.n)}
          </span>
        </>
      );
  }
}
