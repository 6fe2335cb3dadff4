import { compose, escapedPassword, password, passwordsOf } from '../../../infra/model/composition';

const url = ['redis://:', escapedPassword('cache-password'), '@redis:6379/0'];

test('a password within a URL is escaped, so that none breaks it', () => {
  const text = compose(url, () => 'a/b@c:d?e#f');
  expect(text).toBe('redis://:a%2Fb%40c%3Ad%3Fe%23f@redis:6379/0');
  expect(decodeURIComponent(new URL(text).password)).toBe('a/b@c:d?e#f');
});

test('a password on its own stands as it is', () => {
  expect(compose([password('key')], () => 'a/b@c')).toBe('a/b@c');
});

test('every password is asked for by its name', () => {
  expect(passwordsOf([...url, password('other')])).toEqual(['cache-password', 'other']);
  expect(compose([password('one'), '-', password('two')], (name) => name.toUpperCase())).toBe('ONE-TWO');
});
