/** The lines and addresses that give the same figures without this page. */

import { usualStream, type StreamFilters } from '../../filters/streamFilters';
import { quoted } from '../../words/command';

export type Window = { from: string; to: string };

/** What is asked of the items: kept apart from the filters, since commands name it otherwise. */
export type Of = { stage?: string | undefined; kind?: string | undefined; reason?: string | undefined };

export function streamCommand(
  verb: string,
  filters: StreamFilters,
  { from, to }: Window,
  of: Of = {},
): string {
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}`, quoted(value)];
  const { stream, clock } = filters;
  return [
    'weir',
    verb,
    ...flag('stage', of.stage),
    ...flag('kind', of.kind),
    ...flag('reason', of.reason),
    ...flag('stream', stream === usualStream ? undefined : stream),
    ...flag('clock', clock === 'elapsed' ? undefined : clock),
    ...flag('from', from),
    ...flag('to', to),
    ...(['product', 'team', 'service'] as const).flatMap((name) =>
      filters[name].flatMap((value) => flag(name, value)),
    ),
  ].join(' ');
}

export function streamAddress(path: string, filters: StreamFilters, { from, to }: Window): string {
  const params = new URLSearchParams({ from, to });
  if (filters.stream !== usualStream) params.set('stream', filters.stream);
  if (filters.clock !== 'elapsed') params.set('clock', filters.clock);
  for (const name of ['product', 'team', 'service'] as const) {
    for (const value of filters[name]) params.append(name, value);
  }
  return `/api/v1/${path}?${params.toString().replaceAll('%3A', ':')}`;
}
