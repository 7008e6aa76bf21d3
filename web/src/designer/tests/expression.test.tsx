import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import { completionStatus, startCompletion } from '@codemirror/autocomplete';
import { EditorView } from '@codemirror/view';
import i18next from 'i18next';
import { createRef } from 'react';
import { expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData } from '@/catalog/types';
import type { Known } from '../model/suggest';
import Editor, { type EditorHandle } from '../parts/expression/Editor';
import { ExpressionText } from '../parts/expression/ExpressionText';

vi.mock('../state/StudioProvider', () => ({ useStudio: () => ({ measures: [], language: 'en' }) }));
vi.mock('../state/api', () => ({ languageFunctions: async () => [] }));

const catalog = new Catalog({ entities: [{ name: 'deal', label: 'Deal', fields: [{ id: 'a', name: 'amount', label: 'Amount', type: 'money' }] }] } as unknown as CatalogData);
const known: Known = { catalog, entity: 'deal', functions: [], measures: [], t: (key) => key };

// The editor measures what jsdom does not draw.
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;

async function shown() {
  const [onChange, onListing, ref] = [vi.fn(), vi.fn(), createRef<EditorHandle>()];
  render(<Editor ref={ref} label="Formula" value="am" onChange={onChange} known={known} mistakes={[]} invalid={false} onListing={onListing} />);
  const box = screen.getByRole('textbox', { name: 'Formula' });
  const view = EditorView.findFromDOM(box)!;
  view.focus();
  view.dispatch({ selection: { anchor: 2 } });
  return { box, view, onChange, onListing, ref };
}

const escape = (box: HTMLElement) => act(() => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', code: 'Escape', keyCode: 27, bubbles: true, cancelable: true })));

it('keeps Escape to itself while its list is open, whoever listens before and after it', async () => {
  // As a sheet listens: to the window, on the way down, unless what is pressed keeps the key.
  const heard = vi.fn();
  const sheet = (event: KeyboardEvent) => { if ((event.target as HTMLElement).getAttribute('data-mantine-stop-propagation') !== 'true') heard(); };
  window.addEventListener('keydown', sheet, { capture: true });
  const { box, view, onListing } = await shown();
  const later = (event: KeyboardEvent) => sheet(event);
  window.addEventListener('keydown', later, { capture: true });
  act(() => void startCompletion(view));
  await waitFor(() => expect(completionStatus(view.state)).toBe('active'));
  expect(onListing).toHaveBeenLastCalledWith(true);
  escape(box);
  expect([completionStatus(view.state), heard.mock.calls.length]).toEqual([null, 0]);
  expect(onListing).toHaveBeenLastCalledWith(false);
  escape(box);
  expect(heard).toHaveBeenCalledTimes(2);
  window.removeEventListener('keydown', sheet, { capture: true });
  window.removeEventListener('keydown', later, { capture: true });
});

it('writes what is picked beside it where the cursor is, with the part to type over selected', async () => {
  const { view, onChange, ref } = await shown();
  act(() => ref.current!.insert('round(amount, 2)', 'amount'));
  expect(onChange).toHaveBeenLastCalledWith('amround(amount, 2)');
  const { from, to } = view.state.selection.main;
  expect(view.state.sliceDoc(from, to)).toBe('amount');
});

it('writes what is picked before the editor is there', async () => {
  const [onChange, ref] = [vi.fn(), createRef<EditorHandle>()];
  await i18next.loadNamespaces('studio');
  const client = new QueryClient();
  render(<QueryClientProvider client={client}><ExpressionText ref={ref} label="Formula" value="amount" catalog={catalog} entity="deal" mistakes={[]} onChange={onChange} /></QueryClientProvider>);
  expect(screen.queryByRole('textbox')).toBeNull();
  ref.current!.insert(' * 12');
  expect(onChange).toHaveBeenLastCalledWith('amount * 12');
  await screen.findByRole('textbox', { name: 'Formula' });
});
