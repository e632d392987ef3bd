/** The page's whole state as it stands in the address. */

export const everys = ['day', 'week', 'month', 'quarter'] as const;
export type Every = (typeof everys)[number];

export const compares = ['previous', 'year', 'none'] as const;
export type Compare = (typeof compares)[number];

export const tabs = ['items', 'left-out', 'groups'] as const;
export type Tab = (typeof tabs)[number];

/** What the address says, not yet judged: whatever somebody typed survives, so that it can be told what is wrong. */
export type Search = {
  from?: string;
  to?: string;
  compare?: string;
  every?: string;
  product?: string[];
  team?: string[];
  service?: string[];
  benchmark?: string;
  table?: string; // the panels' figures as a table
  open?: string; // the metric in the drawer
  tab?: string;
  bucket?: string;
  period?: string; // previous: the compared window
  stage?: string;
  show?: string; // all: in the drawer of a ratio, not only the items in its numerator
  stream?: string; // a value stream; usually delivery
  clock?: string; // working: the calendars' hours only
  figure?: string; // which figure of a duration is looked at: p50, p85, mean
  item?: string;
  between?: string; // what is handed over between: groups, teams, roles
  from_group?: string;
  to_group?: string;
  reason?: string;
  kind?: string;
  items?: string; // of a forecast: when so many are done
  by?: string; // of a forecast: how many are done by that day
  weeks?: string;
  seed?: string;
  scale?: string; // of an item's bar
  change?: string[]; // what if: review:50%
  unknown?: string[]; // names that mean nothing here: told, never written
};

const scalars = [
  'from',
  'to',
  'compare',
  'every',
  'benchmark',
  'table',
  'open',
  'tab',
  'bucket',
  'period',
  'stage',
  'show',
  'stream',
  'clock',
  'figure',
  'item',
  'between',
  'from_group',
  'to_group',
  'reason',
  'kind',
  'items',
  'by',
  'weeks',
  'seed',
  'scale',
] as const;
const lists = ['product', 'team', 'service', 'change'] as const;

/** Repeated names are lists, as in the API: team=a&team=b. */
export function parseSearch(text: string): Search {
  const params = new URLSearchParams(text);
  const search: Search = {};
  for (const name of scalars) {
    const value = params.get(name);
    if (value !== null && value !== '') search[name] = value;
  }
  for (const name of lists) {
    const values = [...new Set(params.getAll(name).filter((value) => value !== ''))];
    if (values.length > 0) search[name] = values;
  }
  const known: readonly string[] = [...scalars, ...lists];
  const unknown = [...new Set(params.keys())].filter((name) => !known.includes(name));
  if (unknown.length > 0) search.unknown = unknown;
  return search;
}

export function stringifySearch(search: Search): string {
  const params = new URLSearchParams();
  for (const name of scalars.slice(0, 4)) append(params, name, search[name]);
  for (const name of lists) append(params, name, search[name]);
  for (const name of scalars.slice(4)) append(params, name, search[name]);
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}

/** The state without some of it: what is not in the address has its usual value. */
export function without(search: Search, ...names: (keyof Search)[]): Search {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !names.some((one) => one === name)));
}

function append(params: URLSearchParams, name: string, value: string | readonly string[] | undefined) {
  if (value === undefined) return;
  for (const one of typeof value === 'string' ? [value] : value) params.append(name, one);
}

export type Filters = {
  from: string; // a date, a time, or how long ago: as the API takes it
  to: string; // empty: now
  compare: Compare;
  every: Every;
  product: string[];
  team: string[];
  service: string[];
  benchmark: number | null; // null: the newest edition that has levels
  problems: string[];
};

export const defaultFrom = '90d';

const ago = /^(\d{1,5})(h|d|w)$/;
const date = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the state; where a value is wrong, the usual one takes its place and a sentence says so. */
export function readFilters(search: Search): Filters {
  const problems = unknownNames(search);
  const from = timeOr(search.from, defaultFrom, 'from', problems);
  const to = timeOr(search.to, '', 'to', problems);
  const compare = oneOf(search.compare, compares, 'previous', 'compare', problems);
  const every = oneOf(search.every, everys, usualEvery(from, to), 'every', problems);
  let benchmark: number | null = null;
  if (search.benchmark !== undefined) {
    if (/^\d{4}$/.test(search.benchmark)) benchmark = Number(search.benchmark);
    else problems.push(wrong('benchmark', search.benchmark, 'an edition’s year, such as 2024'));
  }
  const { product = [], team = [], service = [] } = search;
  return { from, to, compare, every, product, team, service, benchmark, problems };
}

export function unknownNames({ unknown }: Search): string[] {
  return (unknown ?? []).map(
    (name) => `“${name}” in the address means nothing here: there are ${[...scalars, ...lists].join(', ')}.`,
  );
}

function wrong(name: string, value: string, right: string): string {
  return `“${name}=${value}” in the address is not understood and was not used: it takes ${right}.`;
}

export function oneOf<T extends string>(
  value: string | undefined,
  allowed: readonly T[],
  usual: T,
  name: string,
  problems: string[],
): T {
  if (value === undefined) return usual;
  const found = allowed.find((one) => one === value);
  if (found === undefined) problems.push(wrong(name, value, allowed.join(', ')));
  return found ?? usual;
}

/** The part of the state that the next page is to have too: which window, of whom. */
export function carried({ from, to, product, team, service, stream, clock }: Search): Search {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(product && { product }),
    ...(team && { team }),
    ...(service && { service }),
    ...(stream !== undefined && { stream }),
    ...(clock !== undefined && { clock }),
  };
}

export function timeOr(value: string | undefined, usual: string, name: string, problems: string[]): string {
  if (value === undefined) return usual;
  if (ago.test(value) || isTime(value)) return value;
  problems.push(
    wrong(name, value, 'a date such as 2026-03-31, a time (RFC 3339), or how long ago, such as 90d'),
  );
  return usual;
}

function isTime(value: string): boolean {
  if (date.test(value)) {
    const at = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
  }
  return /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Enough buckets to see a trend, few enough that each holds something. */
function usualEvery(from: string, to: string): Every {
  const days = lengthInDays(from, to);
  if (days > 900) return 'quarter';
  return days > 200 ? 'month' : 'week';
}

const dayLength: Record<string, number> = { h: 1 / 24, d: 1, w: 7 };

export function lengthInDays(from: string, to: string): number {
  const relative = ago.exec(from);
  if (relative && to === '') return Number(relative[1]) * (dayLength[relative[2] ?? 'd'] ?? 1);
  if (relative) return 90;
  const end = to === '' || ago.test(to) ? Date.now() : Date.parse(to);
  return (end - Date.parse(from)) / 86_400_000;
}
