import { describe, expect, it } from 'vitest';
import en from '../../locales/en/studio.json';
import ru from '../../locales/ru/studio.json';

type Texts = Record<string, Record<string, string>>;
const bases = (texts: Texts) => new Set(Object.entries(texts).flatMap(([part, keys]) => Object.keys(keys).map((key) => `${part}.${key.replace(/_(one|few|many|other)$/, '')}`)));
const sources = Object.values(import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!./*'], { query: '?raw', import: 'default', eager: true }));

describe('texts of the Studio', () => {
  it('are the same in both languages', () => {
    expect([...bases(ru as Texts)].sort()).toEqual([...bases(en as Texts)].sort());
    for (const [part, keys] of Object.entries(ru as Texts)) {
      for (const key of Object.keys(keys)) if (key.endsWith('_one')) expect(keys, `${part}.${key}`).toHaveProperty(key.replace(/_one$/, '_many'));
    }
  });
  it('exist for every mistake in plain words', () => {
    const named = sources.find((source) => source.startsWith('/** Mistakes that speak of keys'))!;
    const used = [...named.matchAll(/(?:text: |, )'([a-z_]+)'/g)].map((found) => found[1]!).filter((text) => !['targets', 'target'].includes(text));
    expect(used.length).toBeGreaterThan(12);
    expect([...new Set(used)].filter((text) => !(text in en.mistake))).toEqual([]);
  });
  it('exist for every key the code names', () => {
    const known = bases(en as Texts);
    const used = sources.flatMap((source) => [...source.matchAll(/\bt\('([a-z]+\.[a-z_]+)'/g)].map((found) => found[1]!));
    expect(used.length).toBeGreaterThan(150);
    expect([...new Set(used)].filter((key) => !known.has(key))).toEqual([]);
  });
});
