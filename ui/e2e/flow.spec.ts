/** How work flows: the page says what `weir flow` and `weir forecast` say, and each block opens into its items. */

import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './fixture';
import { streamFigures, told } from './streams';
import { lastMonths, search } from './windows';
import { count } from './words';

type Percentiles = Record<'p50' | 'p85' | 'p95', number | null>;
type Flow = {
  cumulative: { days: string[]; stages: { stage: string; n: number[] }[] };
  ageing: { percentiles: Percentiles; n: number; items: { item: string; age: number }[] };
  scatter: { percentiles: Percentiles; n: number };
  throughput: { bucket: string; n: number }[];
  load: { day: string; n: number }[];
  distribution: { class: string | null; n: number; share: number }[];
  efficiency: { n: number; value: number | null };
};
type Forecast = {
  when: { confidence: number; at: string | null }[];
  how_many: { confidence: number; n: number }[];
  back_test: { made: number; held: { confidence: number; held: number }[] };
};

const window = lastMonths(3);
const flags = ['--from', window.from, '--to', window.to];

async function openFlow(page: Page, more = '') {
  await page.goto(`/flow${search(window, more)}`);
  await expect(page.locator('.figures[aria-busy="false"]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Cumulative flow' })).toBeVisible();
}

const block = (page: Page, title: string) =>
  page.locator('section.block').filter({ has: page.getByRole('heading', { level: 2, name: title }) });

test('every number is the command line’s', async ({ page }) => {
  const flow = await told<Flow>('flow', ...flags);
  await openFlow(page);
  for (const summary of await page.locator('details.as-table summary').all()) await summary.click();
  const expected = new Map<string, number | null>([
    ['scatter.n', flow.scatter.n],
    ['scatter.p50', flow.scatter.percentiles.p50],
    ['scatter.p85', flow.scatter.percentiles.p85],
    ['scatter.p95', flow.scatter.percentiles.p95],
    ['ageing.n', flow.ageing.n],
    [
      'ageing.late',
      flow.ageing.items.filter(({ age }) => age > (flow.ageing.percentiles.p85 ?? Infinity)).length,
    ],
    ['efficiency', flow.efficiency.value],
    ['efficiency.value', flow.efficiency.value],
    ['efficiency.n', flow.efficiency.n],
    ...flow.throughput.map(({ bucket, n }): [string, number] => [`throughput ${bucket}`, n]),
    ...flow.load.flatMap(({ day, n }): [string, number][] => [
      [`load ${day}`, n],
      [`load.day ${day}`, n],
    ]),
    ...flow.distribution.flatMap(({ class: name, n, share }): [string, number][] => [
      [`distribution.n ${name ?? ''}`, n],
      [`distribution.share ${name ?? ''}`, share],
    ]),
    ...flow.cumulative.stages.flatMap(({ stage, n }) =>
      n.map((one, i): [string, number] => [`cumulative.${stage} ${flow.cumulative.days[i] ?? ''}`, one]),
    ),
  ]);
  const figures = await streamFigures(page);
  const shown = new Map(figures.map(({ figure, of, value }) => [of === null || of === '' && !figure.startsWith('distribution') ? figure : `${figure} ${of}`, value])); // prettier-ignore
  let compared = 0;
  for (const [name, value] of shown) {
    if (!expected.has(name)) continue;
    expect(value, name).toBe(expected.get(name));
    compared += 1;
  }
  expect(flow.scatter.n).toBeGreaterThan(10);
  for (const { bucket } of flow.throughput) expect(shown.has(`throughput ${bucket}`), bucket).toBe(true);
  for (const { day } of flow.load) expect(shown.has(`load.day ${day}`), day).toBe(true);
  expect(compared).toBeGreaterThan(flow.cumulative.days.length * 3);
});

test('the forecast is the command line’s, and follows what is asked', async ({ page }) => {
  await openFlow(page);
  const forecast = block(page, 'Forecast');
  await forecast.getByLabel('When are so many items done?').fill('14');
  await forecast.getByLabel('When are so many items done?').press('Enter');
  await expect(page).toHaveURL(/items=14/);
  await expect(forecast.locator('[aria-busy="false"]')).toBeVisible();
  const by = await forecast.getByLabel('How many are done by the end of').inputValue();
  const said = await told<Forecast>('forecast', '--items', '14', '--by', by);
  expect(said.when.length).toBe(3);
  await expect(forecast.locator('table.forecast tbody time')).toHaveCount(said.when.length);
  const days = await forecast
    .locator('table.forecast tbody time')
    .evaluateAll((times) => times.map((time) => time.getAttribute('datetime')));
  expect(days).toEqual(said.when.map(({ at }) => at));
  const numbers = (await streamFigures(page)).filter(({ figure }) => figure === 'forecast.how_many');
  expect(numbers.map(({ value }) => value)).toEqual(said.how_many.map(({ n }) => n));
  await expect(forecast).toContainText(said.back_test.made > 0 ? 'of the past' : 'not enough of the past');
});

test('blocks open into their items', async ({ page }) => {
  const flow = await told<Flow>('flow', ...flags);
  const busiest = flow.throughput.reduce((a, b) => (b.n > a.n ? b : a));
  await openFlow(page);
  const finished = block(page, 'Finished by');
  await finished.getByText('As a table').click();
  await finished.locator(`data[data-of="${busiest.bucket}"]`).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.locator('.total')).toHaveText(`${count(busiest.n)} items`);
  await drawer.locator('table.items tbody a').first().click();
  await expect(page).toHaveURL(/\/item\?.*item=/);
  await page.goBack();
  await expect(drawer.locator('.total')).toHaveText(`${count(busiest.n)} items`);
  await drawer.getByRole('button', { name: 'Close' }).click();
  await page.locator('.sentence a').first().click();
  await expect(drawer.locator('.total')).toHaveText(`${count(flow.scatter.n)} items`);
});

test('a dot of the scatter leads to its item', async ({ page }) => {
  await openFlow(page);
  const drawing = block(page, 'How long finished items took').locator('.drawing svg');
  await expect(drawing).toBeVisible();
  const dot = drawing.locator('path[fill="var(--accent-2)"]').first();
  await dot.click({ force: true });
  await expect(page).toHaveURL(/\/item\?.*item=/);
});

for (const width of [360, 1280, 2560]) {
  test(`${width} px wide: no scrolling sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 });
    await openFlow(page);
    await expect(page.locator('.drawing svg').first()).toBeVisible();
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond).toBeLessThanOrEqual(0);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('accessible, with and without the drawer', async ({ page }) => {
      await openFlow(page);
      await expect(page.locator('.drawing svg').first()).toBeVisible();
      await expect(page.locator('table.forecast')).toBeVisible();
      await page.locator('details.as-table summary').first().click();
      await expectAccessible(page);
      await page.locator('.sentence a').first().click();
      await expect(page.getByRole('dialog').locator('table.items')).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
    });
  });
}

test('nothing in the window is explained, and what is wrong in the address is told', async ({ page }) => {
  await page.goto('/flow?from=2001-01-01&to=2001-02-01&items=none&by=soon');
  await expect(page.getByText('“items=none”')).toBeVisible();
  await expect(page.getByText('“by=soon”')).toBeVisible();
  await expect(page.getByText('no data: nothing was finished in this window').first()).toBeVisible();
});
