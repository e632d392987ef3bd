import type { ReactNode } from 'react';
import type { Metric } from '../api/model';
import { figureText } from './figures';
import { noData } from './numbers';

export type FigureProps = {
  metric: Pick<Metric, 'id' | 'shape'>;
  figure: string; // a field of the row, or stage.NAME.FIELD, change, waiting.share …
  value: number | null | undefined; // as the API has it, unrounded
  every?: string | undefined;
  by?: string | undefined;
  group?: string | null | undefined;
  bucket?: string | undefined;
  class?: string | null | undefined; // what the items are for; null: not known
  previous?: boolean | undefined;
  item?: string; // the single item that the number is of
  children?: ReactNode; // the text, where it is not the usual one
};

/** Every number of data on a page goes through here, so that each one can be compared with what `weir query` says. */
export function Figure({
  metric,
  figure,
  value,
  every,
  by,
  group,
  bucket,
  class: name,
  previous,
  item,
  children,
}: FigureProps) {
  if (value == null) return <span className="nodata">{noData}</span>;
  return (
    <data
      className="figure"
      value={String(value)}
      data-metric={metric.id}
      data-figure={figure}
      data-every={every ?? 'range'}
      data-by={by ?? 'none'}
      data-group={group === null ? '(none)' : group}
      data-bucket={bucket}
      data-class={name === null ? '(none)' : name}
      data-item={item}
      data-period={previous === true ? 'previous' : undefined}
    >
      {children ?? figureText(metric.shape, figure, value)}
    </data>
  );
}
