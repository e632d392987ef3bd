/** The line that gives the same figure on the command line. */

export type Asking = {
  metric: string;
  from: string;
  to: string;
  product: string[];
  team: string[];
  service: string[];
};

/** A word as a shell takes it whole, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function queryCommand(
  { metric, from, to, ...groups }: Asking,
  verb: 'query' | 'items' = 'query',
): string {
  const flags = (['product', 'team', 'service'] as const).flatMap((name) =>
    groups[name].flatMap((value) => [`--${name}`, quoted(value)]),
  );
  return ['weir', verb, quoted(metric), '--from', quoted(from), '--to', quoted(to), ...flags].join(' ');
}

/** Where the same figure stands as JSON. */
export function jsonAddress({ metric, from, to, ...groups }: Asking): string {
  const params = new URLSearchParams({ from, to });
  for (const name of ['product', 'team', 'service'] as const) {
    for (const value of groups[name]) params.append(name, value);
  }
  return `/api/v1/metrics/${encodeURIComponent(metric)}?${params.toString().replaceAll('%3A', ':')}`;
}
