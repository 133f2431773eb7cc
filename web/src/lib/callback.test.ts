import { expect, test } from 'vitest';
import { readCallback } from './callback.ts';

test.each([
  ['http://localhost:53123/callback', 'localhost:53123'],
  ['http://127.0.0.1:1/', '127.0.0.1:1'],
  ['http://[::1]:65535/callback?x=1', '[::1]:65535'],
  ['http://localhost:53123', 'localhost:53123'],
])('%s is this computer', (text, host) => expect(readCallback(text)).toEqual({ host }));

test.each([
  null,
  '',
  'localhost:53123',
  'https://localhost:53123/callback',
  'http://localhost/callback',
  'http://localhost:0/callback',
  'http://localhost:65536/callback',
  'http://localhost.evil.example:53123/callback',
  'http://evil.example:53123/callback',
  'http://localhost:53123@evil.example/callback',
  'http://evil.example#@localhost:53123/',
  'http://evil.example\\@localhost:53123/',
  'http://user@localhost:53123/callback',
  'http://localhost:53123/callback#x',
  'http://localhost:53123/call back',
  'http://127.0.0.2:53123/callback',
  'http://0.0.0.0:53123/callback',
  'javascript:alert(1)//localhost:1/',
  'http://lоcalhost:53123/callback', // a Cyrillic о
])('%s is not', (text) => expect(readCallback(text)).toBeNull());
