/** On paper: light, without controls, A4, with every figure that the screen has. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, openOverview, test } from './fixture';
import { lastMonths, search } from './windows';
import { ground } from './ground';

test.describe('a dark page', () => {
  test.use({ colorScheme: 'dark' });

  test('is printed light, without controls, on at most three pages of A4', async ({ page }, info) => {
    await openOverview(page, search(lastMonths(3), '&team=payments'));
    await expect(page.locator('.panels-drawing svg')).toBeVisible();
    const figures = await page.locator('.key-value .value data').allInnerTexts();
    expect(figures.length).toBe(6);
    await page.emulateMedia({ media: 'print' });
    expect(await ground(page)).toBeGreaterThan(240);
    for (const control of ['.filters', 'header nav', 'header select', 'main button', '.skip']) {
      for (const one of await page.locator(control).all()) await expect(one).toBeHidden();
    }
    await expect(page.locator('.in-words')).toContainText('(UTC)');
    await expect(page.locator('.in-words')).toContainText('only team payments');
    await expect(page.locator('.in-words')).toContainText('Printed');
    await page.emulateMedia({ media: null });
    const paper = await page.pdf({ format: 'A4', printBackground: true });
    const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThanOrEqual(3);
    const file = info.outputPath('overview.pdf');
    writeFileSync(file, paper);
    const text = textOf(file);
    if (text === null) return;
    for (const figure of figures) expect(text).toContain(figure);
    for (const said of [
      'Lead time for changes',
      'Waiting for review',
      'Speed and stability together',
      'only team payments',
    ]) {
      expect(text).toContain(said);
    }
  });
});

/** The words of a PDF; null where the machine has no pdftotext. The pages are counted either way. */
function textOf(file: string): string | null {
  try {
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
