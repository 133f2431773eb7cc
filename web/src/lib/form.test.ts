import { describe, expect, test } from 'vitest';
import { blame, characters } from './form.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['naïve', 5],
  ['🌱🌱', 2],
])('characters of %j', (text, want) => expect(characters(text)).toBe(want));

describe('blame', () => {
  const fields = { email: 'E-mail', new_password: 'The password' };
  test.each([
    ['email must not be empty', { field: 'email', text: 'E-mail must not be empty' }],
    ['new_password must have at least 10 characters', { field: 'new_password', text: 'The password must have at least 10 characters' }],
    ['emails are not sent', { field: null, text: 'emails are not sent' }],
    ['Something else', { field: null, text: 'Something else' }],
  ])('%s', (sentence, want) => expect(blame(sentence, fields)).toEqual(want));
});
