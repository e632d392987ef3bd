/** Which field of a row is a metric's headline, and how each field is written. */

import type { Metric, Row } from '../api/model';
import { durationText } from './durations';
import { countText, daysText, noData, rateText, roughShareText, shareText } from './numbers';

export type Shape = Metric['shape'];

export type RowField = Exclude<keyof Row, 'group' | 'bucket' | 'class' | 'stages'>;

/** Durations lead with the median: their mean is pulled by a few long ones. */
export function headline(shape: Shape): 'p50' | 'value' {
  return shape === 'duration' ? 'p50' : 'value';
}

const counts = new Set(['n', 'numerator', 'denominator', 'days_with', 'left_out', 'distribution']);

/** A figure's text. Figure is a row's field, or one of what is made of rows: stage.coding.part, waiting.share … */
export function figureText(shape: Shape, figure: string, value: number | null | undefined): string {
  if (value == null) return noData;
  const last = figure.split('.').at(-1) ?? figure;
  if (counts.has(last)) return countText(value);
  if (last === 'days') return daysText(value);
  if (last === 'share') return roughShareText(value);
  switch (shape) {
    case 'duration':
      return durationText(value);
    case 'ratio':
    case 'share':
      return shareText(value);
    case 'level':
      return countText(value);
    case 'rate':
      return rateText(value);
  }
}

/** How many items are behind a row: what "n" is for its shape. */
export function itemsOf(shape: Shape, row: Row | undefined): number {
  return (shape === 'ratio' ? row?.denominator : row?.n) ?? 0;
}
