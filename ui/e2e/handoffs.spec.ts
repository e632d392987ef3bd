/** Who waits for whom: the page says what `weir handoffs` says, and each number opens. */

import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './fixture';
import { streamFigures, told } from './streams';
import { lastMonths, search, type Window } from './windows';

type Numbers = Record<string, number | null>;
type Pair = { from: string | null; to: string | null; n: number; total: number; wait: Numbers } & Record<
  string,
  unknown
>;
type Handoffs = {
  items: number;
  pairs: Pair[];
  reasons: (Record<string, unknown> & { reason: string; n: number })[];
  worst: { item: string; title: string; wait: number }[];
};

const window = lastMonths(3);

const handoffs = ({ from, to }: Window, ...flags: string[]) =>
  told<Handoffs>('handoffs', '--from', from, '--to', to, ...flags);

async function openHandoffs(page: Page, more = '') {
  await page.goto(`/handoffs${search(window, more)}`);
  await expect(page.locator('.figures[aria-busy="false"]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Who waits for whom' })).toBeVisible();
}

const nameOf = (group: string | null) => group ?? '(none)';

/** A field of a row by its name, such as wait.p50. */
const field = (row: Record<string, unknown>, name: string) =>
  name.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], row);

for (const between of ['groups', 'teams', 'roles']) {
  test(`between ${between}, every number is the command line’s`, async ({ page }) => {
    const said = await handoffs(window, '--between', between);
    expect(said.pairs.length).toBeGreaterThan(1);
    await openHandoffs(page, between === 'groups' ? '' : `&between=${between}`);
    const showAll = page.getByRole('button', { name: 'Show all' });
    if (await showAll.isVisible()) await showAll.click();
    const pairs = new Map(said.pairs.map((pair) => [`${nameOf(pair.from)}→${nameOf(pair.to)}`, pair]));
    const figures = await streamFigures(page);
    let compared = 0;
    for (const { figure, of, value } of figures) {
      const pair = pairs.get(of ?? '');
      if (pair) expect(value, `${figure} of ${of ?? ''}`).toBe(field(pair, figure));
      else if (figure.startsWith('reason.')) {
        const row = said.reasons.find(({ reason }) => reason === of);
        expect(value, `${figure} of ${of ?? ''}`).toBe(field(row ?? {}, figure.slice('reason.'.length)));
      } else if (figure === 'items') expect(value).toBe(said.items);
      else continue;
      compared += 1;
    }
    // Each pair has seven figures in the table of all pairs, or three where it only waits now.
    const figuresOf = said.pairs.reduce((sum, { n }) => sum + (n > 0 ? 7 : 3), 0);
    expect(compared).toBeGreaterThanOrEqual(figuresOf);
    for (const pair of pairs.keys())
      expect(
        figures.some(({ of }) => of === pair),
        pair,
      ).toBe(true);
    const worst = figures.filter(({ figure }) => figure === 'handoff.wait').map(({ of }) => of);
    expect(worst).toEqual(said.worst.map(({ item }) => item));
  });
}

test('the largest cell opens its handoffs, and each of them its item', async ({ page }) => {
  const [pair] = (await handoffs(window)).pairs;
  if (!pair) throw new Error('the demo has no handoffs');
  await openHandoffs(page);
  const of = `${nameOf(pair.from)}→${nameOf(pair.to)}`;
  await page.locator(`.matrix data[data-stream-figure="total"][data-of="${of}"]`).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText(`${nameOf(pair.from)} → ${nameOf(pair.to)}`);
  await expect(page).toHaveURL(/from_group=/);
  await expect(drawer.locator('.total')).toHaveText(/^[\d,]+ handoffs?$/);
  expect(Number((await drawer.locator('.total').innerText()).replace(/\D/g, ''))).toBe(pair.n);
  await expect(drawer.locator('.pair-trends svg')).toHaveCount(2);
  await expect(drawer.locator('.reproduce code').first()).toContainText('weir handoffs');
  await page.reload();
  await expect(drawer.locator('table.handoffs tbody tr').first()).toBeVisible();
  await drawer.locator('table.handoffs tbody a').first().click();
  await expect(page).toHaveURL(/\/item\?.*item=/);
  await expect(page.getByRole('heading', { level: 2, name: 'Its way' })).toBeVisible();
  await page.goBack();
  await expect(drawer).toBeVisible();
});

test('a band of the drawing opens as a cell does, and a reason opens its handoffs', async ({ page }) => {
  await openHandoffs(page);
  await expect(page.locator('.sankey svg')).toBeVisible();
  await page.locator('section[aria-labelledby="reasons-title"] tbody a').first().click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.locator('table.handoffs tbody tr').first()).toBeVisible();
  await drawer.getByText('Waiting now').click();
  await expect(page).toHaveURL(/show=waiting/);
  await drawer.getByRole('button', { name: 'Close' }).click();
  await expect(page).not.toHaveURL(/reason=|show=/);
});

for (const width of [360, 1280, 2560]) {
  test(`${width} px wide: no scrolling sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 });
    await openHandoffs(page);
    await expect(page.locator('.sankey svg')).toBeVisible();
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
      await openHandoffs(page);
      await expect(page.locator('.sankey svg')).toBeVisible();
      await expectAccessible(page);
      await page.locator('.matrix tbody a').first().click();
      await expect(page.getByRole('dialog').locator('table.handoffs')).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
    });
  });
}

test('nothing in the window is explained, and what is wrong in the address is told', async ({ page }) => {
  await page.goto('/handoffs?from=2001-01-01&to=2001-02-01&between=people');
  await expect(page.getByText('“between=people”')).toBeVisible();
  await expect(page.getByText('Nothing was finished in this window')).toBeVisible();
});
