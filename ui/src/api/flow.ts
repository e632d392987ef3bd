/** The flow of a stream, under the names that the page uses, and its hooks. Durations are seconds, null is unknown. */

import { useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import type { components } from './schema';
import { streamOptions } from './streams';

type Schemas = components['schemas'];

export type FlowTold = Schemas['Flow'];
export type Percentiles = Schemas['FlowPercentiles'];
export type AgeingItem = Schemas['FlowItem'];
export type ScatterPoint = Schemas['FlowPoint'];
export type Forecast = Schemas['Forecast'];

export const useFlow = (query: StreamQuery & { every: string }) =>
  useQuery(streamOptions<FlowTold>('flow', query));

/** A forecast is made from the last weeks whatever the page's window is, and by the calendar. */
export type ForecastQuery = Omit<StreamQuery, 'from' | 'to' | 'clock'> & { items?: number; by?: string };

export const useForecast = (query: ForecastQuery) =>
  useQuery(streamOptions<Forecast>('flow/forecast', query));
