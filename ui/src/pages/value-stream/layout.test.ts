import { describe, expect, test } from 'vitest';
import { boxHeight, cut, fitting, ladderPath, layoutOf, linesOf, triangleSize } from './layout';
import type { MapModel, MapStage } from './map';
import { time } from './mapStyle';

const stage = (name: string, more: Partial<MapStage> = {}): MapStage => ({
  stage: name,
  title: name,
  owner: null,
  queue: false,
  side: false,
  n: 1,
  lead: 3,
  process: 1,
  waiting: 2,
  accuracy: 1,
  wip: 0,
  grown: 0,
  share: 0.1,
  constraint: false,
  growing: false,
  ...more,
});

const model = (stages: MapStage[]): MapModel => ({
  figure: 'p50',
  stages,
  lead: 3,
  process: 1,
  waiting: 2,
  activity: 0.3,
  accuracy: 1,
  scrap: 0,
  n: 1,
  open: 0,
  longest: 2,
});

const names = (n: number) => Array.from({ length: n }, (_, i) => `stage ${i}`);

describe('the layout of the map', () => {
  test.each([1, 5, 11, 20])('%i boxes stand side by side, within the drawing', (n) => {
    const layout = layoutOf(model(names(n).map((name) => stage(name))));
    let end = 0;
    for (const { x, box, triangle } of layout.stages) {
      expect(x).toBeGreaterThanOrEqual(end);
      expect(triangle.x + triangle.size / 2).toBeLessThanOrEqual(box.x + 1);
      expect(box.width).toBeGreaterThan(80);
      end = box.x + box.width;
    }
    expect(end).toBeLessThanOrEqual(layout.width);
  });

  test('a side stage stands below the others, in a column of its own, and the ladder below it', () => {
    const [main, side] = layoutOf(model([stage('development'), stage('dba', { side: true })])).stages;
    const flat = layoutOf(model([stage('development'), stage('dba')]));
    const layout = layoutOf(model([stage('development'), stage('dba', { side: true })]));
    expect(side?.box.y).toBeGreaterThan((main?.box.y ?? 0) + boxHeight);
    expect(side?.box.x).toBeGreaterThan(main?.box.x ?? 0);
    expect(layout.ladder.top).toBeGreaterThan((side?.box.y ?? 0) + boxHeight);
    expect(layout.height).toBeGreaterThan(flat.height);
  });

  test('work goes from main box to main box, and to the side and back', () => {
    const stages = [stage('development'), stage('dba', { side: true }), stage('review'), stage('test')];
    const { ways } = layoutOf(model(stages));
    expect(ways.map(({ side }) => side)).toEqual([true, true, false, false]);
  });

  test('the words above a box have room', () => {
    const marked = layoutOf(model([stage('dba', { constraint: true, growing: true })])).stages[0];
    const plain = layoutOf(model([stage('dba')])).stages[0];
    expect((marked?.box.y ?? 0) - (plain?.box.y ?? 0)).toBe(30); // two lines of 15
  });

  test('the ladder goes up for each wait and down for each work', () => {
    const steps = [
      { wait: [0, 10], process: [10, 30] },
      { wait: [30, 40], process: [40, 60] },
    ] satisfies { wait: [number, number]; process: [number, number] }[];
    expect(ladderPath({ top: 100, steps })).toBe('M0 100H10V122H30L30 100H40V122H60');
  });

  test('a triangle’s area is in proportion to the wait', () => {
    expect(triangleSize(100, 100) ** 2 / triangleSize(25, 100) ** 2).toBeCloseTo(4);
    expect([triangleSize(null, 100), triangleSize(0, 100), triangleSize(5, 0)]).toEqual([10, 10, 10]);
  });

  test('titles take two lines at most, and are cut where they are longer', () => {
    expect(linesOf('Review', 12)).toEqual(['Review']);
    expect(linesOf('Ready for development', 12)).toEqual(['Ready for', 'development']);
    expect(linesOf('Waiting for the approval of everybody', 14)).toEqual(['Waiting for', 'the approval…']);
    expect(cut('operations', 10)).toBe('operations');
    expect(cut('operations', 6)).toBe('opera…');
  });

  test('times on the map are short', () => {
    expect([null, 0, 600, 2550, 94_320, 795_000].map(time)).toEqual([
      'no data',
      '0',
      '10 min',
      '43 min',
      '26 h',
      '9.2 d',
    ]);
  });

  test('a long line is written smaller, a short one is not', () => {
    expect(fitting('Test', 11.5, 76)).toBe(11.5);
    expect(fitting('Development', 11.5, 76)).toBe(10.2); // 76 ÷ (0.68 × 11)
  });
});
