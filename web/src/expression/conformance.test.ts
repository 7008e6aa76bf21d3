import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Context, evaluate, type Node, write } from './evaluate';

interface Case {
  place: string;
  text: string;
  record: string | null;
  expression: Node;
  expected: unknown;
  /** Where the person who asks is, and the date there; UTC when not said. */
  zone?: string;
  today?: string;
}

interface Suite {
  user: string;
  today: string;
  now: string;
  language: string;
  records: Record<string, { entity: string; fields: Record<string, unknown> }>;
  cases: Case[];
}

const suite = JSON.parse(readFileSync('../tests/conformance/expressions.json', 'utf8')) as Suite;

/** Records by their ids, fields by their names as the expressions hold them. */
const records = new Map(Object.entries(suite.records).map(([id, { fields }]) => [id, Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.split('.').pop()!, value]))]));
const context = ({ record, zone = 'UTC', today = suite.today }: Case): Context => ({
  record: record ? (records.get(record) ?? null) : null, user: records.get(suite.user), today, now: suite.now, language: suite.language, timeZone: zone, whole: true, find: (other) => records.get(other),
});

// The same cases that SQLite, PostgreSQL, the evaluator of the server and rhai answer.
describe('the browser agrees', () => {
  it.each(suite.cases.map((item) => [item.place, item.text, item] as const))('%s %s', (_, __, item) => {
    expect(write(evaluate(item.expression, context(item)), item.expression.type)).toEqual(item.expected);
  });
});
