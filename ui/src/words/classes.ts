/** What items are for, in words. */

const names: Record<string, string> = {
  feature: 'Features',
  defect: 'Defects',
  risk: 'Risk',
  debt: 'Debt',
};

export const classText = (name: string | null | undefined) =>
  name == null || name === '' ? 'Unknown' : (names[name] ?? name);
