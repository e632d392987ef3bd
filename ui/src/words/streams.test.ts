import { expect, test } from 'vitest';
import { reasonText } from './reasons';
import { streamText } from './StreamFigure';

test('a figure of a stream is written by its kind, and unknown is never zero', () => {
  expect(streamText('duration', 93_600)).toBe('26 h');
  expect(streamText('share', 0.234)).toBe('23 %');
  expect(streamText('ratio', 0.934)).toBe('93.4 %');
  expect(streamText('count', 1234)).toBe('1,234');
  expect(streamText('rate', 0)).toBe('0.00');
  expect(streamText('duration', null)).toBe('no data');
});

test('a reason is said in words: what is waited for, or what is done', () => {
  expect(reasonText('review', 'waiting')).toBe('Waiting for review');
  expect(reasonText('review', 'active')).toBe('Reviewing');
  expect(reasonText('legal', 'waiting')).toBe('Waiting: legal');
  expect(reasonText('legal', 'active')).toBe('Legal');
  expect(reasonText('', 'waiting')).toBe('Waiting, nobody knows for what');
});
