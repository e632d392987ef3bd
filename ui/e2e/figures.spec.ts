/** Every number on the page is what the command line says for the same parameters. */

import { expect, figuresShown, openOverview, test } from './fixture';
import { compareAll, figuresOn, looseNumbers } from './figures';
import { prepared } from './setup';
import { CommandLine, type Datum, type Question } from './query';
import { lastMonths, periodBefore, search, yearBefore } from './windows';

const quarter = lastMonths(3);
const half = lastMonths(6);

const keys = [
  'deployment_frequency',
  'lead_time',
  'change_failure_rate',
  'recovery_time',
  'rework_rate',
  'time_to_restore',
];

const commandLine = new CommandLine(prepared('DEMO'));

const has = (data: Datum[], what: Partial<Datum>) =>
  data.filter((datum) => Object.entries(what).every(([name, value]) => datum[name as keyof Datum] === value))
    .length;

/** The kinds of figures that each page has to show, so that a page that shows less cannot pass. */
function expectEverything(data: Datum[], every: string) {
  expect([...new Set(data.map(({ metric }) => metric))].sort()).toEqual([...keys].sort());
  for (const metric of keys) {
    const bucketed = data.filter((datum) => datum.metric === metric && datum.every === every);
    expect(bucketed.length, `${metric} by ${every}`).toBeGreaterThanOrEqual(3);
  }
  for (const field of ['part', 'share', 'p50', 'n']) {
    expect(has(data, { figure: `stage.coding.${field}` }), `stage.coding.${field}`).toBeGreaterThan(0);
  }
  expect(has(data, { by: 'service' }), 'figures of services').toBeGreaterThan(2);
  expect(has(data, { figure: 'distribution' }), 'bins').toBeGreaterThan(10);
  expect(has(data, { figure: 'waiting.share' }), 'the share that waits').toBe(1);
}

const cases: {
  name: string;
  search: string;
  question: Question;
  before: Question | null;
  every: string;
}[] = [
  {
    name: 'three months by week, against the three before',
    search: search(quarter),
    question: quarter,
    before: periodBefore(quarter),
    every: 'week',
  },
  {
    name: 'six months by month, against nothing',
    search: search(half, '&every=month&compare=none'),
    question: half,
    before: null,
    every: 'month',
  },
  {
    name: 'one team',
    search: search(quarter, '&team=payments&every=month'),
    question: { ...quarter, team: ['payments'] },
    before: { ...periodBefore(quarter), team: ['payments'] },
    every: 'month',
  },
  {
    name: 'two services of a product, against the year before',
    search: search(
      quarter,
      '&product=shop&service=cart&service=checkout&service=search&compare=year&every=month',
    ),
    question: { ...quarter, product: ['shop'], service: ['cart', 'checkout', 'search'] },
    before: { ...yearBefore(quarter), product: ['shop'], service: ['cart', 'checkout', 'search'] },
    every: 'month',
  },
];

for (const { name, search: address, question, before, every } of cases) {
  test(`every figure equals weir query: ${name}`, async ({ page }) => {
    await openOverview(page, address);
    const data = await compareAll(page, commandLine, question, before);
    expectEverything(data, every);
    expect(data.length).toBeGreaterThan(150);
    const compared = data.filter(({ previous, figure }) => previous || figure.startsWith('change'));
    if (before === null) expect(compared).toEqual([]);
    else expect(new Set(compared.map(({ metric }) => metric)).size).toBeGreaterThanOrEqual(4);
    expect(await looseNumbers(page), 'numbers that stand in no <data>').toEqual([]);
  });
}

test('every figure of the drawer equals weir query, whatever is open', async ({ page }) => {
  const bucket = `${quarter.from}T00:00:00Z`;
  const monthly = search(quarter, '&every=month');
  const before = periodBefore(quarter);
  const openings: { open: string; least: Partial<Record<string, number>> }[] = [
    { open: '&open=lead_time', least: { item: 50, mean: 2, total: 1 } },
    { open: '&open=lead_time&period=previous', least: { item: 50, mean: 2, total: 1 } },
    { open: '&open=lead_time&stage=review', least: { 'stage.review.p50': 2, 'item.review': 10 } },
    { open: '&open=lead_time&tab=left-out', least: { left_out: 2, total: 1 } },
    { open: '&open=rework_rate', least: { numerator: 2, total: 1 } },
    { open: '&open=rework_rate&show=all', least: { denominator: 2, total: 1 } },
    { open: '&open=change_failure_rate&tab=groups', least: { denominator: 20 } },
    { open: '&open=flow_distribution', least: { value: 5, numerator: 5, total: 1 } },
    { open: '&open=flow_distribution&tab=groups', least: { value: 30, numerator: 30 } },
    { open: '&open=flow_distribution&tab=left-out', least: { left_out: 2, total: 1 } },
    { open: `&open=recovery_time&bucket=${bucket}`, least: { item: 3 } },
    { open: `&open=time_to_restore&bucket=${bucket}&tab=groups`, least: { n: 5 } },
    { open: `&open=deployment_frequency&bucket=${bucket}`, least: { days: 2 } },
  ];
  for (const { open, least } of openings) {
    await test.step(open, async () => {
      await openOverview(page, monthly + open);
      const drawer = page.getByRole('dialog');
      await expect(drawer.getByRole('tabpanel')).toBeVisible();
      await expect(drawer.locator('.mantine-Skeleton-root')).toHaveCount(0);
      const expand = drawer.locator('.expand').first();
      if ((await expand.count()) > 0) await expand.click();
      const data = await compareAll(page, commandLine, quarter, before);
      for (const [figure, n] of Object.entries(least)) {
        expect(has(data, { figure }), `${figure} at ${open}`).toBeGreaterThanOrEqual(n ?? 0);
      }
      expect(await looseNumbers(page)).toEqual([]);
    });
  }
});

test('the command in the drawer gives the figure in the drawer', async ({ page }) => {
  const bucket = `${quarter.from}T00:00:00Z`;
  await openOverview(page, search(quarter, `&team=payments&every=month&open=lead_time&bucket=${bucket}`));
  const drawer = page.getByRole('dialog');
  const command = await drawer.locator('code', { hasText: 'weir query' }).innerText();
  const [weirName, , metric = '', ...flags] = command.split(' ');
  expect(weirName).toBe('weir');
  const question: Question = { from: '', to: '' };
  for (let i = 0; i < flags.length; i += 2) {
    const value = flags[i + 1] ?? '';
    if (flags[i] === '--from') question.from = value;
    else if (flags[i] === '--to') question.to = value;
    else if (flags[i] === '--team') question.team = [value];
    else throw new Error(`The command has the flag ${flags[i] ?? ''}, which this test does not know.`);
  }
  const row = (await commandLine.answer(metric, question)).rows[0];
  const median = drawer.locator('.drawer-value data[data-figure="p50"]');
  await expect(median).toHaveAttribute('value', String(row?.p50));
  const asJSON = await drawer.getByRole('link', { name: 'As JSON' }).getAttribute('href');
  const answer = (await (await page.request.get(asJSON ?? '')).json()) as { rows: { p50: number }[] };
  expect(answer.rows[0]?.p50).toBe(row?.p50);
});

test('the usual page is of the last ninety days until now', async ({ page }) => {
  const asked = page.waitForResponse((response) => response.url().includes('/api/v1/answers'));
  await openOverview(page);
  const { from, to } = (await (await asked).json()) as Question;
  expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBeGreaterThanOrEqual(90);
  expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBeLessThan(91);
  expect(Math.abs(Date.now() - Date.parse(to))).toBeLessThan(60_000);
  await figuresShown(page);
  const data = await figuresOn(page);
  expectEverything(data, 'week');
  const length = Date.parse(to) - Date.parse(from);
  const before = { from: new Date(Date.parse(from) - length).toISOString(), to: from };
  await compareAll(page, commandLine, { from, to }, before);
});
