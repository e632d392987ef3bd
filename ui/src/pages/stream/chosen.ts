import type { StreamFilters } from '../../filters/streamFilters';

type Chosen = Pick<StreamFilters, 'product' | 'team' | 'service' | 'clock'>;

/** Of whom the figures are, and by which clock: the whole organisation; only team payments; in working hours. */
export function chosenText({ clock, ...groups }: Chosen): string {
  const chosen = (['product', 'team', 'service'] as const).flatMap((name) =>
    groups[name].length > 0 ? [`${name} ${groups[name].join(', ')}`] : [],
  );
  const whom = chosen.length > 0 ? `only ${chosen.join('; ')}` : 'the whole organisation';
  return clock === 'working' ? `${whom}; in working hours` : whom;
}
