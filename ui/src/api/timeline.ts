/** One item's way: what the API says of it. Durations are seconds, null is unknown. */

import { useQuery } from '@tanstack/react-query';
import { streamOptions, type StageClass } from './streams';

export type TimelineInterval = {
  n: number;
  stage: string;
  title: string;
  class: StageClass;
  reason: string;
  owner: string | null;
  start: string;
  end: string | null; // null: it goes on
  seconds: number | null;
  rule: string;
  record: string;
  record_id: string;
  url: string | null;
};

export type TimelineHandoff = {
  at: string;
  from: string;
  to: string;
  reason: string;
  wait: number | null;
  received_at: string | null;
  return: boolean;
};

export type TimelineReturn = {
  stage: string;
  from: string;
  at: string | null;
  rule: string;
  record: string;
  record_id: string;
};

export type TimelineChange = {
  id: string;
  title: string;
  url: string | null;
  rule: string;
  merged_at: string | null;
  delivered: { service: string; deployment: string; finished_at: string | null }[];
};

export type Timeline = {
  stream: string;
  item: string;
  kind: string;
  class: string | null;
  type: string;
  title: string;
  url: string | null;
  team: string | null;
  services: string[];
  products: string[];
  status: string;
  excluded: string | null;
  start: string;
  end: string | null;
  lead: number | null;
  active: number | null;
  waiting: number | null;
  efficiency: number | null;
  intervals: TimelineInterval[];
  handoffs: TimelineHandoff[];
  returns: TimelineReturn[];
  changes: TimelineChange[];
  notes: string[];
};

export const useTimeline = (query: { item: string; stream?: string; clock?: string }) =>
  useQuery({ ...streamOptions<Timeline>('timeline', query), enabled: query.item !== '' });
