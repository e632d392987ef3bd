/** Runs axe on a page. It is evaluated from outside, since the page's policy lets no foreign script in. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { expect } from './fixture';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing serious or critical, on the page or within a part of it. */
export async function expectAccessible(page: Page, within = 'html') {
  await page.evaluate(source);
  const results = await page.evaluate(
    (part) => (window as unknown as { axe: { run: (part: string) => Promise<AxeResults> } }).axe.run(part),
    within,
  );
  const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = serious.map(
    ({ id, help, nodes }) => `${id}: ${help}, ${nodes.length} times, first: ${nodes[0]?.html ?? ''}`,
  );
  expect(told).toEqual([]);
  expect(results.passes.length, 'rules that axe could check').toBeGreaterThan(10);
}
