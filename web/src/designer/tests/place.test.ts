import { describe, expect, it } from 'vitest';
import { placeOf } from '../model/place';

const way = (steps: { name: string; called: boolean }[] | undefined) => steps?.map((step) => (step.called ? `${step.name}()` : step.name)).join('.');
const told = (text: string) => {
  const place = placeOf(text);
  return place && [place.word, way(place.chain), ...place.variables.map((one) => `${one.name} of ${way(one.over)}`)];
};

describe('the place in an expression', () => {
  it('is a name, or what follows a path', () => {
    expect(told('')).toEqual(['', undefined]);
    expect(told('amount * co')).toEqual(['co', undefined]);
    expect(told('amount + company.hea')).toEqual(['hea', 'company']);
    expect(told('company.head.')).toEqual(['', 'company.head']);
    expect(told('pricing::gr')).toEqual(['pricing::gr', undefined]);
    expect(told('сум')).toEqual(['сум', undefined]);
    expect(told('if a { b } else { c')).toEqual(['c', undefined]);
    expect(told('items.filter(|i| i.price > (1 + 2)).first().')).toEqual(['', 'items.filter().first()']);
    expect(told('"a )".')).toEqual(['', '""']);
    expect(told('(a + b).ro')).toEqual(['ro', '']);
  });

  it('knows what closures go over', () => {
    expect(told('items.sum(|i| i.pr')).toEqual(['pr', 'i', 'i of items']);
    expect(told('items.sum(|i| i.parts.any(|p| p.cost > ')).toEqual(['', undefined, 'p of i.parts', 'i of items']);
    expect(told('items.sum(|i| i.price) + i')).toEqual(['i', undefined]);
    expect(told('items.sum(|i')).toBeUndefined();
    expect(told('a || b')).toEqual(['b', undefined]);
  });

  it('is nowhere in comments and numbers, and in texts knows what they stand beside', () => {
    expect([told('// am'), told('/* am'), told('12')]).toEqual([undefined, undefined, undefined]);
    expect([told('/* am */ a'), told('// x\na')]).toEqual([['a', undefined], ['a', undefined]]);
    const beside = (text: string) => { const place = placeOf(text); return [place?.word, way(place?.text?.compared), place?.text?.called]; };
    expect(beside('company.kind == "cu')).toEqual(['cu', 'company.kind', undefined]);
    expect(beside('stage in ["won", "lo')).toEqual(['lo', 'stage', undefined]);
    expect(beside('stage !in ["')).toEqual(['', 'stage', undefined]);
    expect(beside('measure("w')).toEqual(['w', undefined, 'measure']);
    expect(beside('title + "stage == ')).toEqual(['stage == ', undefined, undefined]);
    expect(placeOf('"said ""so""')?.text).toEqual({});
  });
});
