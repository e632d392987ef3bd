/** The lines that give the figures of a stream on the command line, and where they stand as JSON. */

import { quoted } from './command';

type Asked = Record<string, string | number | boolean | readonly string[] | null | undefined>;

const pairs = (query: Asked) =>
  Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null
      ? []
      : typeof value === 'object'
        ? value.map((one): [string, string] => [name, one])
        : [[name, String(value)] as [string, string]],
  );

/** weir handoffs --from 90d --team payments */
export function streamCommand(verb: string, query: Asked): string {
  const flags = pairs(query).flatMap(([name, value]) => [
    `--${name.replaceAll('_', '-')}`,
    ...(query[name] === true ? [] : [quoted(value)]),
  ]);
  return ['weir', verb, ...flags].join(' ');
}

export function streamAddress(path: string, query: Asked): string {
  return `/api/v1/${path}?${new URLSearchParams(pairs(query)).toString().replaceAll('%3A', ':')}`;
}
