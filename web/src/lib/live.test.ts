import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live, type Source } from './live.ts';
import type { Change } from './wire.ts';

class FakeSource extends EventTarget implements Source {
  closed = false;
  close() {
    this.closed = true;
  }
  say(type: string, data: object) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
  fail() {
    this.dispatchEvent(new Event('error'));
  }
}

let opened: FakeSource[];
let heard: Change[];
let trouble: number;
let live: Live;
const last = () => opened.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  heard = [];
  trouble = 0;
  live = new Live({
    connect: () => {
      opened.push(new FakeSource());
      return last();
    },
    random: () => 1,
    onTrouble: () => trouble++,
  });
  live.subscribe((change) => heard.push(change));
  live.start();
});
afterEach(() => {
  live.stop();
  hide(false);
  vi.useRealTimers();
});

function hide(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

test('passes changes on until the subscriber leaves', () => {
  const second: Change[] = [];
  const leave = live.subscribe((change) => second.push(change));
  last().say('hello', { seq: 4 });
  last().say('change', { seq: 5, ideas: [3] });
  leave();
  last().say('change', { seq: 6, tags: true });
  expect(heard).toEqual([{ seq: 5, ideas: [3] }, { seq: 6, tags: true }]);
  expect(second).toEqual([{ seq: 5, ideas: [3] }]);
});

test('opens again after a failure, waiting longer each time', () => {
  for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    const before = opened.length;
    last().fail();
    expect(last().closed).toBe(true);
    vi.advanceTimersByTime(wait - 1);
    expect(opened).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(opened).toHaveLength(before + 1);
  }
  expect(trouble).toBe(2);
  last().say('hello', { seq: 1 });
  last().fail();
  vi.advanceTimersByTime(1_000);
  expect(opened).toHaveLength(9);
});

test('says that anything may have changed when something was missed', () => {
  last().say('hello', { seq: 4 });
  last().fail();
  vi.advanceTimersByTime(1_000);
  last().say('hello', { seq: 4 });
  expect(heard).toEqual([]);
  last().fail();
  vi.advanceTimersByTime(1_000);
  last().say('hello', { seq: 6 });
  expect(heard).toEqual([{ seq: 6, all: true, tags: true, relations: true, duplicates: true }]);
});

test('takes a gap between changes for what it is: several in one', () => {
  last().say('hello', { seq: 4 });
  last().say('change', { seq: 9, ideas: [1, 2] });
  expect(heard).toEqual([{ seq: 9, ideas: [1, 2] }]);
});

test('lets the stream go when the page is long out of sight', () => {
  last().say('hello', { seq: 1 });
  hide(true);
  vi.advanceTimersByTime(59_999);
  expect(last().closed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(last().closed).toBe(true);
  hide(false);
  expect(opened).toHaveLength(2);
  last().say('hello', { seq: 2 });
  expect(heard).toHaveLength(1);
});

test('keeps the stream over a short look elsewhere', () => {
  hide(true);
  vi.advanceTimersByTime(30_000);
  hide(false);
  vi.advanceTimersByTime(60_000);
  expect(opened).toHaveLength(1);
  expect(last().closed).toBe(false);
});

test('stays closed once stopped', () => {
  last().fail();
  live.stop();
  vi.advanceTimersByTime(60_000);
  hide(false);
  expect(opened).toHaveLength(1);
});
