import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { renderPage } from '@/test/render';
import { optionScope } from '../model/conditionScope';
import { conditionsOf, keysOf } from '../model/fieldTypes';
import type { EntityDoc, FieldDoc, Problem } from '../model/types';
import { usesOfField } from '../model/usage';
import { ConditionsSettings } from '../properties/ConditionsSettings';

const catalog = new Catalog(CATALOG);
const doc: EntityDoc = { kind: 'entity', name: 'deal', fields: [{ name: 'stage', type: 'choice', id: 's' }, { name: 'company', type: 'link', target: 'company', id: 'c' }] };
const view = { name: 'deal', key: 'entity/deal', label: 'Deal', doc, published: doc, system: false, readOnly: false, builtIn: [] } as never;
vi.mock('../state/StudioProvider', () => ({ useStudio: () => ({ language: 'en', measures: [], documents: [], entities: [], datasetViews: [], draftCatalog: () => catalog, entity: () => undefined, entityLabel: (name: string) => name }) }));
vi.mock('../state/api', () => ({ languageFunctions: async () => [], checkExpression: async () => ({}), mistakesOf: () => [] }));

async function shown(field: FieldDoc, problems: Problem[] = []) {
  const now = { field };
  function Host() {
    const [state, setState] = useState(field);
    now.field = state;
    return <ConditionsSettings view={view} field={state} problems={problems} patch={(patch) => setState({ ...state, ...patch })} />;
  }
  await renderPage(<Host />);
  return now;
}

it('offers what the type may have, and takes it away again', async () => {
  const now = await shown({ name: 'company', type: 'link', target: 'company' });
  fireEvent.click(await screen.findByRole('button', { name: 'Add' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Shown when' }));
  await waitFor(() => expect(now.field.show).toEqual({ when: 'false' }));
  expect(screen.getByText('Never shown.')).toBeTruthy();
  fireEvent.change(screen.getByLabelText('What people read, English'), { target: { value: 'Not here' } });
  expect(now.field.show).toEqual({ when: 'false', message: { en: 'Not here' } });
  fireEvent.click(screen.getByRole('button', { name: 'Remove the condition' }));
  expect(now.field.show).toBeUndefined();
});

it('has none of a calculated field, and only what fits the type', async () => {
  expect(conditionsOf('children')).toEqual(['show']);
  expect(conditionsOf('text')).toEqual(['show', 'require', 'lock']);
  expect(keysOf('user').has('options') && !keysOf('date').has('options')).toBe(true);
  await shown({ name: 'total', type: 'money', formula: { mode: 'dynamic', expression: '1' } });
  expect(screen.queryByText('Conditions')).toBeNull();
});

it('speaks of the candidate where something is chosen, and tells mistakes at their place', async () => {
  const scope = optionScope(catalog, 'deal', 'company', 'Candidate')!;
  expect(scope.catalog.path(scope.name, 'option.city')?.map((field) => field.label)).toEqual(['Candidate', 'City']);
  const choice = optionScope(catalog, 'deal', 'stage', 'Candidate')!;
  expect(choice.catalog.field(choice.name, 'option')?.choices?.map((one) => one.value)).toContain('won');
  await shown({ name: 'company', type: 'link', target: 'company', options: { when: 'option.citty == "Graz"' } }, [{ path: 'options/when', code: 'x', message: 'No such name', severity: 'error' } as Problem]);
  expect(await screen.findByText('No such name')).toBeTruthy();
});

it('counts as a use of what it reads', () => {
  const fields: FieldDoc[] = [doc.fields![0]!, { ...doc.fields![1]!, lock: { when: 'stage == "won"' } }];
  expect(usesOfField({ ...doc, fields }, fields[0]!, []).map((use) => use.as)).toEqual(['condition']);
});
