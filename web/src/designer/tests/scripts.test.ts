import { EditorState } from '@codemirror/state';
import { ensureSyntaxTree } from '@codemirror/language';
import { CompletionContext } from '@codemirror/autocomplete';
import { describe, expect, it } from 'vitest';
import { diffDocs } from '../model/diff';
import { asFormula, callOf, callsOf, entitiesOf, hostOf, newScript } from '../model/script';
import type { ScriptDoc } from '../model/types';
import { rhai, suggested } from '../scripts/rhai';

/** The words of a source with the sort of each. */
function tokens(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: [rhai] });
  const found: string[] = [];
  ensureSyntaxTree(state, text.length)!.iterate({ enter: ({ name, from, to }) => void (name !== 'Document' && found.push(`${name}:${text.slice(from, to)}`)) });
  return found;
}

describe('functions for formulas', () => {
  it('take the parameters of the source and keep types that were chosen', () => {
    const first = asFormula(undefined, { name: 'grade', parameters: ['amount', 'day'] }, 'grade');
    expect(first).toEqual({ function: 'grade', returns: 'decimal', parameters: [{ name: 'amount', type: 'decimal' }, { name: 'day', type: 'decimal' }] });
    const chosen = { ...first, id: 'g', parameters: [{ name: 'amount', type: 'decimal' as const }, { name: 'day', type: 'date' as const }] };
    const next = asFormula(chosen, { name: 'class', parameters: ['day'] }, 'class');
    expect(next).toEqual({ id: 'g', function: 'class', returns: 'decimal', parameters: [{ name: 'day', type: 'date' }] });
    expect(callOf('pricing', next)).toBe('pricing::class(day)');
  });
});

describe('the code of scripts', () => {
  it('is told apart, templates with code in them too', () => {
    const found = tokens('fn act(x) { `a ${x + 1.5} b` /* no */ }');
    expect(found).toContain('keyword:fn');
    expect(found).toContain('string:`a ${');
    expect(found).toContain('number:1.5');
    expect(found).toContain('string:} b`');
    expect(found.some((one) => one.startsWith('comment:'))).toBe(true);
  });

  it('is completed by fields behind a point, entities inside quotes, and functions', () => {
    const entity = { name: 'deal', label: 'Deal', fields: [{ name: 'amount', label: 'Amount' }] } as never;
    const suggest = suggested(() => ({ entities: [entity], records: [entity], scripts: ['rates'], measures: [{ name: 'won', label: 'Won' }], help: [{ name: 'find', parameters: 'entity, condition', text: '' }] }));
    const at = (text: string) => suggest(new CompletionContext(EditorState.create({ doc: text }), text.length, true))?.options.map((one) => one.label) ?? [];
    expect(at('record.am')).toContain('amount');
    expect(at('find("de')).toEqual(['deal']);
    expect(at('import "r')).toEqual(['rates']);
    expect(at('fi')).toContain('find');
    expect([at('measures::value("w'), at('measures::values([#{name: "'), at('measures::value("won", #{period: "th').slice(0, 2)]).toEqual([['won'], ['won'], ['today', 'this_week']]);
  });
});

describe('a script', () => {
  it('asks hosts, which are taken out of addresses', () => {
    expect(['api.example.com', ' https://API.example.com:8443/v1?a=1 ', 'пример.рф', 'a b'].map(hostOf)).toEqual(['api.example.com', 'api.example.com', 'xn--e1afmkfd.xn--p1ai', 'a b']);
  });

  it('knows what calls it, and what of it changed', () => {
    const script: ScriptDoc = { ...newScript({ en: 'Won deals' }, []), hooks: [{ entity: 'deal', event: 'validate', function: 'a' }], schedules: [{ name: 's', cron: '* * * * *', function: 'b' }] };
    expect([script.name, callsOf(script), entitiesOf(script)]).toEqual(['won_deals', 2, ['deal']]);
    const changed = { ...script, source: 'fn a() {}', hooks: undefined };
    expect(diffDocs(script, changed).map((one) => one.code)).toEqual(['code', 'calls']);
  });
});
