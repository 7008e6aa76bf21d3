import { expect, test } from 'vitest';
import { cronOf, EVERY, simpleOf, USUAL, wordsOf } from '../model/cron';

test('what is chosen is read back as it was chosen', () => {
  for (const every of EVERY) {
    const chosen = { every, minute: 30, hour: every === 'hour' ? USUAL.hour : 17, day: every === 'week' || every === 'month' ? 5 : 1 };
    expect(simpleOf(cronOf(chosen))).toEqual(chosen);
  }
  expect(simpleOf('0 9 * * MON-FRI')).toEqual({ every: 'workday', minute: 0, hour: 9, day: 1 });
});

test('what says more than can be chosen stays cron', () => {
  for (const cron of ['', '*/15 * * * *', '0 6 * 1 *', '0 6 31 * *', '0 6 1 * 1', '0 6,18 * * *', '0 6 L * *', '@daily', '0 6 * * 0', '60 6 * * *', '0 6 * * * *']) {
    expect(simpleOf(cron)).toBeUndefined();
  }
});

test('times are told in words of both languages', () => {
  expect(wordsOf('0 6 * * *', 'en')).toBe('At 06:00, every day');
  expect(wordsOf('0 6 * * *', 'ru')).toBe('В 06:00, каждый день');
  expect(wordsOf('30 8 * * 1', 'en')).toBe('At 08:30, only on Monday');
  expect(wordsOf('at six', 'en')).toBe('');
});
