/** What the API answers, under the names that the pages use. The types come from the API's own description. */

import type { components } from './schema';

type Schemas = components['schemas'];

export type Metric = Schemas['MetricEntry'];
export type Shape = Metric['shape'];
export type Benchmark = Schemas['BenchmarkEntry'];
export type Level = Schemas['LevelEntry'];
export type Catalogue = Schemas['Catalogue'];
export type Status = Schemas['Status'];
export type Bin = Schemas['Bin'];
export type Item = Schemas['Item'];
export type Source = Schemas['Source'];
export type StageInterval = Schemas['Interval'];

/** A row of any shape: what its shape does not have is absent, null is "no data". Durations are seconds. */
export type Row = Partial<Schemas['RateRow']> &
  Partial<Schemas['RatioRow']> &
  Partial<Schemas['DurationRow']>;

export type Answer = Omit<Schemas['Answer'], 'rows'> & { rows: Row[] };
export type Asked = Omit<Schemas['Told'], 'rows' | 'previous'> & { rows: Row[]; previous?: Answer };
/** With the browser's time of their arrival, in milliseconds: figures that are kept must say how old they are. */
export type Answers = Omit<Schemas['Answers'], 'answers'> & { answers: Asked[]; received: number };

/** The sources, when they were told by the browser's clock, and how many milliseconds the server's is ahead of that. */
export type Sources = { sources: Source[]; received: number; ahead: number };
