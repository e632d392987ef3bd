/** One item's way, under the names that the page uses. Durations are seconds, null is unknown. */

import { useQuery } from '@tanstack/react-query';
import type { components } from './schema';
import { streamOptions, type StageClass } from './streams';

type Schemas = components['schemas'];

export type TimelineInterval = Omit<Schemas['TimelineInterval'], 'class'> & { class: StageClass };
export type Timeline = Omit<Schemas['Timeline'], 'intervals'> & { intervals: TimelineInterval[] };
export type TimelineHandoff = Schemas['TimelineHandoff'];
export type TimelineReturn = Schemas['TimelineReturn'];
export type TimelineChange = Schemas['TimelineChange'];

export const useTimeline = (query: { item: string; stream?: string; clock?: string }) =>
  useQuery({ ...streamOptions<Timeline>('timeline', query), enabled: query.item !== '' });
