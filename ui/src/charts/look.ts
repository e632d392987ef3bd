/** What all drawings with axes have in common. Colours are the page's variables: light, dark and print are one drawing. */

export const colour = {
  ink: 'var(--ink)',
  quiet: 'var(--ink-3)',
  hair: 'var(--hair)',
  paper: 'var(--paper)',
  accent: 'var(--accent)',
  soft: 'var(--accent-2)',
  late: 'var(--worse)',
};

export const tooltip = {
  confine: true,
  backgroundColor: colour.paper,
  borderColor: colour.hair,
  textStyle: { color: colour.ink, fontSize: 12 },
};

export const axisLabel = { color: colour.quiet, fontSize: 11 };

export const axisLine = { lineStyle: { color: colour.quiet } };

export const splitLine = { lineStyle: { color: colour.hair, width: 1 } };

export const still = {
  animation: false,
  textStyle: { fontFamily: 'inherit', color: colour.quiet },
};

/** The number that a chart's callback is about. */
export function indexOf(at: unknown): number {
  const first = Array.isArray(at) ? (at as unknown[])[0] : at;
  return (first as { dataIndex?: number } | undefined)?.dataIndex ?? -1;
}
