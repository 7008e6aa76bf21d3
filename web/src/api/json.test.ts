import { describe, expect, it } from 'vitest';
import { parseJson, writeJson } from './json';

describe('whole numbers beyond what a float keeps', () => {
  const text = '{"a":9007199254740993,"b":[-9223372036854775808,9007199254740991],"c":"9007199254740993","d":"\\"9007199254740993","e":1234567890123456.5,"f":1e30}';

  it('are read to the last digit', () => {
    const read = parseJson(text) as Record<string, unknown>;
    expect(read.a).toBe(9007199254740993n);
    expect(read.b).toEqual([-9223372036854775808n, 9007199254740991]);
    expect([read.c, read.d]).toEqual(['9007199254740993', '"9007199254740993']);
    expect([read.e, read.f]).toEqual([1234567890123456.5, 1e30]);
  });

  it('are written as they were read', () => {
    expect(writeJson(parseJson('{"a":9007199254740993,"b":[-9223372036854775808,7],"c":"9007199254740993"}'))).toBe('{"a":9007199254740993,"b":[-9223372036854775808,7],"c":"9007199254740993"}');
    expect(writeJson({ a: [1n] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(writeJson(undefined)).toBe('null');
  });

  it('leave short texts alone', () => expect(parseJson('{"a":[1,"x"]}')).toEqual({ a: [1, 'x'] }));
});
