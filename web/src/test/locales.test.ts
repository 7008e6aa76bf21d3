import { readdirSync, readFileSync } from 'node:fs';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { changeLanguage } from '@/i18n';

type Texts = { [key: string]: string | Texts };
const SUFFIX = /_(zero|one|two|few|many|other)$/;
const read = (language: string, file: string) => JSON.parse(readFileSync(`src/locales/${language}/${file}`, 'utf8')) as Texts;

function keys(texts: Texts, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keys(value, `${prefix}${key}.`)));
}
const arguments_ = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]!);
const at = (texts: Texts, key: string) => key.split('.').reduce<string | Texts | undefined>((found, part) => (typeof found === 'object' ? found[part] : undefined), texts) as string;

/** A key ends in a plural form only when its other forms are there too. */
const plural = (all: Set<string>, key: string) => SUFFIX.test(key) && all.has(key.replace(SUFFIX, '_other'));

describe.each(readdirSync('src/locales/en'))('%s', (file) => {
  const english = read('en', file);
  const russian = read('ru', file);
  const [en, ru] = [new Set(keys(english)), new Set(keys(russian))];
  const base = (all: Set<string>) => new Set([...all].map((key) => (plural(all, key) ? key.replace(SUFFIX, '') : key)));

  it('has every key in both languages', () => {
    expect([...base(en)].sort()).toEqual([...base(ru)].sort());
  });
  it('has every plural form', () => {
    for (const key of en) if (plural(en, key)) expect(en).toContain(key.replace(SUFFIX, '_one'));
    for (const key of ru) if (plural(ru, key)) for (const form of ['one', 'few', 'many', 'other']) expect(ru).toContain(key.replace(SUFFIX, `_${form}`));
  });
  it('keeps to known arguments', () => {
    for (const key of ru) {
      const same = en.has(key) ? key : key.replace(SUFFIX, '_other');
      const allowed = new Set([...arguments_(at(english, same)), 'count', 'n', 'label', 'plural', 'Label', 'Plural']);
      for (const name of arguments_(at(russian, key))) expect(allowed, key).toContain(name);
    }
  });
  it('says please, oops and hurrah nowhere', () => {
    for (const [all, texts] of [[en, english], [ru, russian]] as const) for (const key of all) expect(at(texts, key), key).not.toMatch(/please|oops|successfully|пожалуйста|успешно|!$/i);
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? (['designer', 'test', 'locales'].includes(entry.name) ? [] : sources(`${folder}/${entry.name}`)) : /\.tsx?$/.test(entry.name) ? [`${folder}/${entry.name}`] : []));
}

it('has a text for every key the screens name', () => {
  const known = Object.fromEntries(['common', 'work', 'account', 'dashboards'].map((name) => [name, new Set(keys(read('en', `${name}.json`)))]));
  const missing: string[] = [];
  for (const file of sources('src')) {
    const text = readFileSync(file, 'utf8');
    const own = /useTranslation\(\[?'(\w+)'/.exec(text)?.[1] ?? 'common';
    for (const match of text.matchAll(/\bt\('([\w.:]+)'/g)) {
      const [namespace, key] = match[1]!.includes(':') ? match[1]!.split(':') : [own, match[1]!];
      const all = known[namespace!]!;
      if (![...(['', '_other'])].some((suffix) => all.has(key + suffix))) missing.push(`${file}: ${match[1]}`);
    }
  }
  expect(missing).toEqual([]);
});

it('counts in both languages', async () => {
  const count = (n: number) => i18next.t('work:list.deleted', { count: n, label: 'deal', plural: 'deals' });
  expect([1, 2, 21].map(count)).toEqual(['1 deal deleted', '2 deals deleted', '21 deals deleted']);
  await changeLanguage('ru');
  expect([1, 2, 5, 11, 21, 22, 111].map(count)).toEqual(['Удалена 1 запись', 'Удалены 2 записи', 'Удалено 5 записей', 'Удалено 11 записей', 'Удалена 21 запись', 'Удалены 22 записи', 'Удалено 111 записей']);
  await changeLanguage('en');
});
