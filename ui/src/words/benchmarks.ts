/** Where a figure stands among published levels. Where the report does not say, neither does this page. */

import type { Benchmark, Catalogue, Level, Metric, Row } from '../api/model';

export type Standing =
  | { kind: 'levels'; benchmark: Benchmark; matches: Level[]; said: string | null }
  | { kind: 'none'; said: string };

/** All editions there are, newest first. The newest may publish no levels, which is said too. */
export function editions(catalogue: Catalogue): number[] {
  const years = new Set(catalogue.metrics.flatMap((metric) => metric.benchmarks.map((b) => b.edition)));
  for (const none of catalogue.no_benchmark) years.add(none.edition);
  return [...years].sort((a, b) => b - a);
}

/** The newest edition that publishes levels. */
export function usualEdition(catalogue: Catalogue): number | null {
  const years = catalogue.metrics.flatMap((metric) => metric.benchmarks.map((b) => b.edition));
  return years.length === 0 ? null : Math.max(...years);
}

const isPoint = (level: Level) => level.from !== null && level.from === level.to;

/** Both ends belong to a level: 15 % is within 0–15 %. */
const within = (value: number, level: Level) =>
  (level.from === null || level.from <= value) && (level.to === null || value <= level.to);

export function standing(metric: Metric, edition: number | null, row: Row | undefined): Standing {
  const benchmark = metric.benchmarks.find((one) => one.edition === edition);
  if (!benchmark)
    return {
      kind: 'none',
      said: edition === null ? 'no benchmark published' : `none published in ${edition}`,
    };
  const value = (benchmark.statistic === 'median' ? row?.p50 : row?.value) ?? null;
  if (value === null) return { kind: 'levels', benchmark, matches: [], said: null };
  const bands = benchmark.levels.filter((level) => !isPoint(level));
  if (bands.length === 0) {
    return {
      kind: 'levels',
      benchmark,
      matches: [],
      said: 'Published as single values, not ranges, so no level is marked.',
    };
  }
  const matches = bands.filter((level) => within(value, level));
  return {
    kind: 'levels',
    benchmark,
    matches,
    said: matches.length === 0 ? 'In none of the published ranges.' : null,
  };
}

/** The reports that the edition's levels come from, each once. */
export function sources(catalogue: Catalogue, edition: number | null): Benchmark[] {
  const found = new Map<string, Benchmark>();
  for (const metric of catalogue.metrics) {
    for (const benchmark of metric.benchmarks) {
      if (benchmark.edition === edition) found.set(benchmark.url, benchmark);
    }
  }
  return [...found.values()];
}
