/** The flow of a stream: what the API says of it, and one hook per endpoint. Durations are seconds, null is unknown. */

import { useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import { streamOptions, type LeftOut } from './streams';

export type Percentiles = { p50: number | null; p85: number | null; p95: number | null };

export type AgeingItem = {
  item: string;
  title: string;
  url: string | null;
  team: string | null;
  stage: string;
  owner: string | null;
  age: number; // since it left the backlog
  in_stage: number | null;
  kind: string;
};

export type ScatterPoint = {
  item: string;
  title: string;
  url?: string | null;
  end: string;
  value: number;
};

export type FlowTold = {
  stream: string;
  from: string;
  to: string;
  every: string;
  cumulative: { days: string[]; stages: { stage: string; title?: string; n: number[] }[] };
  ageing: { percentiles: Percentiles; items: AgeingItem[]; n: number };
  scatter: { percentiles: Percentiles; n: number; points: ScatterPoint[] };
  throughput: { bucket: string; n: number }[];
  load: { day: string; n: number }[];
  distribution: { class: string | null; n: number; share: number | null }[];
  efficiency: { value: number | null; n: number };
  left_out: LeftOut[];
  notes: string[];
};

export type Forecast = {
  history: { from: string; to: string; days: number; n: number; per_day: number[] };
  items: number | null;
  by: string | null;
  chance?: number | null; // of so many being done by then
  when: { confidence: number; at: string | null }[] | null;
  how_many: { confidence: number; n: number | null }[] | null;
  back_test: { made: number; held: { confidence: number; n: number; held: number }[] } | null;
  notes: string[];
};

export const useFlow = (query: StreamQuery & { every: string }) =>
  useQuery(streamOptions<FlowTold>('flow', query));

/** A forecast is made from the last weeks whatever the page's window is, and by the calendar. */
export type ForecastQuery = Omit<StreamQuery, 'from' | 'to' | 'clock'> & { items?: number; by?: string };

export const useForecast = (query: ForecastQuery) => useQuery(streamOptions<Forecast>('flow/forecast', query));
