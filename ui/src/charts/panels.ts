/** The panels' data and what they are drawn from: one time axis, four figures, one crosshair. */

import type { Row } from '../api/model';
import type { Key } from '../filters/asks';
import type { Every } from '../filters/search';
import { bucketText, tickText, wallClock } from '../words/dates';
import { durationStep, shortDurationText } from '../words/durations';
import { figureText } from '../words/figures';

export type Panel = {
  key: Key;
  rows: ReadonlyMap<string | undefined, Row>; // by their buckets
  title: string;
  field: 'n' | 'p50' | 'value';
  band: readonly ['p50' | 'low', 'p85' | 'high'] | null;
  bandName: string | null;
};

/** Speed above, stability below: what they do to each other is seen by going down at one moment. */
export function panelsOf(keys: Key[]): Panel[] {
  const panel = (id: string): Panel[] => {
    const key = keys.find((one) => one.metric.id === id);
    if (!key?.trend) return [];
    const rows = new Map(key.trend.rows.map((row) => [row.bucket, row]));
    switch (key.metric.shape) {
      case 'rate':
        return [{ key, rows, title: 'Deployments', field: 'n', band: null, bandName: null }];
      case 'ratio':
        return [
          {
            key,
            rows,
            title: key.metric.title,
            field: 'value',
            band: ['low', 'high'],
            bandName: '95 % confidence interval',
          },
        ];
      case 'duration':
        return [
          {
            key,
            rows,
            title: `${key.metric.title}, median`,
            field: 'p50',
            band: ['p50', 'p85'],
            bandName: '85 % are below its upper edge',
          },
        ];
      default:
        return []; // no panel has another shape
    }
  };
  return ['lead_time', 'deployment_frequency', 'change_failure_rate', 'recovery_time'].flatMap(panel);
}

export function bucketsOf(panels: Panel[]): string[] {
  return (panels[0]?.key.trend?.rows ?? []).flatMap((row) => (row.bucket === undefined ? [] : [row.bucket]));
}

/** Panels share their buckets; a row is found by its bucket all the same, never by its place. */
export function rowAt(panel: Panel, bucket: string): Row | undefined {
  return panel.rows.get(bucket);
}

export function panelFigure(
  panel: Panel,
  figure: Panel['field'] | 'low' | 'high' | 'p85',
  row: Row | undefined,
) {
  return figureText(panel.key.metric.shape, figure, row?.[figure]);
}

const layout = { left: 54, right: 14, top: 42, height: 96, gap: 56 };

export const panelsHeight = (n: number) => layout.top + n * (layout.height + layout.gap) - 26;

/** Colours are the page's own variables, so that light, dark and print need no second drawing. */
const colour = {
  ink: 'var(--ink)',
  quiet: 'var(--ink-3)',
  hair: 'var(--hair)',
  accent: 'var(--accent)',
  band: 'var(--accent-band)',
};

export function panelsOption(panels: Panel[], every: Every, zone: string) {
  const buckets = bucketsOf(panels);
  const ticks = tickLabels(buckets, every, zone);
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', color: colour.quiet },
    title: panels.map((panel, i) => ({
      text: panel.title,
      subtext: subtitle(panel),
      left: 0,
      top: topOf(i) - (subtitle(panel) === '' ? 26 : 38),
      padding: 0,
      itemGap: 3,
      textStyle: { fontSize: 12.5, lineHeight: 16, fontWeight: 600, color: colour.ink },
      subtextStyle: { fontSize: 11, lineHeight: 13, color: colour.quiet },
    })),
    grid: panels.map((_, i) => ({
      left: layout.left,
      right: layout.right,
      top: topOf(i),
      height: layout.height,
    })),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: 'var(--paper)',
      borderColor: colour.hair,
      textStyle: { color: colour.ink, fontSize: 12 },
      axisPointer: {
        type: 'line',
        lineStyle: { color: colour.quiet, type: 'solid', width: 1 },
        label: { show: false },
      },
      formatter: (at: unknown) => tooltip(panels, buckets[indexOf(at)], every, zone),
    },
    xAxis: panels.map((_, i) => ({
      type: 'category',
      gridIndex: i,
      data: buckets,
      axisLine: { lineStyle: { color: colour.quiet } },
      axisTick: { show: false },
      axisLabel: {
        show: i === panels.length - 1,
        color: colour.quiet,
        fontSize: 11,
        hideOverlap: true,
        formatter: (_value: string, at: number) => ticks[at] ?? '',
      },
      splitLine: { show: false },
    })),
    yAxis: panels.map((panel, i) => yAxis(panel, i)),
    series: panels.flatMap((panel, i) => seriesOf(panel, i, buckets)),
  };
}

function subtitle(panel: Panel): string {
  if (!panel.key.trend?.rows.some((row) => row[panel.field] != null)) return 'no data in this window';
  return panel.bandName === null ? '' : `band: ${panel.bandName}`;
}

const topOf = (i: number) => layout.top + i * (layout.height + layout.gap);

function yAxis(panel: Panel, i: number) {
  const { shape } = panel.key.metric;
  const top = panel.band?.[1] ?? panel.field;
  const max = Math.max(0, ...(panel.key.trend?.rows ?? []).map((row) => row[top] ?? 0));
  return {
    type: 'value',
    gridIndex: i,
    min: 0,
    splitNumber: 3,
    ...(panel.field === 'n' ? { minInterval: 1 } : {}),
    ...(shape === 'duration' && max > 0 ? durationAxis(max) : {}),
    axisLabel: {
      color: colour.quiet,
      fontSize: 11,
      formatter: (value: number) =>
        shape === 'duration'
          ? shortDurationText(value)
          : shape === 'ratio'
            ? `${Math.round(value * 100)} %`
            : String(value),
    },
    splitLine: { lineStyle: { color: colour.hair, width: 1 } },
  };
}

function durationAxis(max: number) {
  const interval = durationStep(max, 4);
  return { interval, max: Math.ceil(max / interval) * interval };
}

function seriesOf(panel: Panel, i: number, buckets: string[]): object[] {
  const rows = buckets.map((bucket) => rowAt(panel, bucket));
  const at = { xAxisIndex: i, yAxisIndex: i, silent: true, emphasis: { disabled: true } };
  if (panel.key.metric.chart === 'bar') {
    const data = rows.map((row) => row?.n ?? null);
    return [{ ...at, type: 'bar', data, barCategoryGap: '30%', itemStyle: { color: colour.accent } }];
  }
  const lone = (i: number) => rows[i - 1]?.[panel.field] == null && rows[i + 1]?.[panel.field] == null;
  const line = {
    ...at,
    type: 'line',
    connectNulls: false,
    symbol: (_: unknown, { dataIndex }: { dataIndex: number }) => (lone(dataIndex) ? 'circle' : 'none'),
    symbolSize: 5,
    data: rows.map((row) => row?.[panel.field] ?? null),
    lineStyle: { color: colour.accent, width: 1.75 },
    itemStyle: { color: colour.accent },
  };
  return panel.band === null ? [line] : [...band(rows, panel.band, at, i), line];
}

/** A band is two stacked areas: an unseen one up to its lower edge, and the seen one from there. */
function band(rows: (Row | undefined)[], [low, high]: NonNullable<Panel['band']>, at: object, i: number) {
  const area = {
    ...at,
    type: 'line',
    stack: `band ${i}`,
    stackStrategy: 'all',
    connectNulls: false,
    symbol: 'none',
    lineStyle: { width: 0 },
  };
  const difference = (row: Row | undefined) =>
    row?.[low] == null || row[high] == null ? null : (row[high] ?? 0) - (row[low] ?? 0);
  return [
    { ...area, data: rows.map((row) => row?.[low] ?? null) },
    { ...area, data: rows.map(difference), areaStyle: { color: colour.band, opacity: 1 } },
  ];
}

/** The year stands where it begins, and with the first. */
function tickLabels(buckets: string[], every: Every, zone: string): string[] {
  let year = 0;
  return buckets.map((bucket) => {
    const at = wallClock(bucket, zone).year;
    const text = tickText(bucket, every, zone, at !== year);
    year = at;
    return text;
  });
}

function indexOf(at: unknown): number {
  const first = Array.isArray(at) ? (at as { dataIndex?: number }[])[0] : undefined;
  return first?.dataIndex ?? -1;
}

/** The names in it are this page's own words and need no escaping. */
function tooltip(panels: Panel[], bucket: string | undefined, every: Every, zone: string): string {
  if (bucket === undefined) return '';
  const lines = panels.map((panel) => {
    const row = rowAt(panel, bucket);
    const edge =
      panel.band && row?.[panel.field] != null
        ? ` (${panel.band[0] === 'low' ? `${panelFigure(panel, 'low', row)} – ` : 'p85 '}${panelFigure(panel, panel.band[1], row)})`
        : '';
    return `<tr><td>${panel.title}</td><td class="num">${panelFigure(panel, panel.field, row)}${edge}</td></tr>`;
  });
  return `<strong>${bucketText(bucket, every, zone)}</strong><table class="tooltip">${lines.join('')}</table>`;
}
