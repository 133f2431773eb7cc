import { describe, expect, it } from 'vitest';
import { hourWords, mailWords, nextWords, spanOf, zones } from './words.ts';

describe('the days of a letter', () => {
  it.each([
    ['2026-11-22T08:00:00.000Z', '2026-11-29T08:00:00.000Z', 'Europe/Berlin', '22 to 29 November 2026'],
    ['2026-10-25T08:00:00.000Z', '2026-11-01T08:00:00.000Z', 'Europe/Berlin', '25 October to 1 November 2026'],
    ['2026-12-27T08:00:00.000Z', '2027-01-03T08:00:00.000Z', 'Europe/Berlin', '27 December 2026 to 3 January 2027'],
    ['2026-11-21T19:00:00.000Z', '2026-11-28T19:00:00.000Z', 'Pacific/Kiritimati', '22 to 29 November 2026'],
  ])('%s to %s in %s', (from, until, timezone, want) => expect(spanOf({ from, until, timezone })).toBe(want));

  it('are told in a zone that the browser does not know, too', () => {
    const letter = { from: '2026-11-22T12:00:00.000Z', until: '2026-11-29T12:00:00.000Z', timezone: 'Mars/Olympus' };
    expect(spanOf(letter)).toMatch(/^2[123] to (28|29|30) November 2026$/);
  });
});

describe('when the next one comes', () => {
  it.each([
    [{ next_at: '2026-11-29T08:00:00.000Z', timezone: 'Europe/Berlin', mails: true }, /on Sunday,? 29 November (at )?09:00 \(Europe\/Berlin\), by mail and here\.$/],
    [{ next_at: '2026-11-29T08:00:00.000Z', timezone: 'America/New_York', mails: false }, /03:00 \(America\/New York\), here; this server sends no mail\.$/],
    [{ next_at: null, timezone: 'UTC', mails: true }, /^The weekly letter is switched off\.$/],
  ])('%j', (list, want) => expect(nextWords(list)).toMatch(want));
});

it('says nothing of a mail that was not meant to be', () => expect(mailWords('none')).toBe(''));
it('counts hours as clocks do', () => expect(hourWords(9)).toBe('09:00'));
it('offers the zone that is set, known or not', () => {
  expect(zones('Mars/Olympus', '')).toContain('Mars/Olympus');
  expect(zones('Europe/Berlin').filter((zone) => zone === 'Europe/Berlin')).toHaveLength(1);
});
