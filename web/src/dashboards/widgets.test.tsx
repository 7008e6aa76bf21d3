import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { DASHBOARD, DATA } from '@/test/dashboards';
import { renderPage } from '@/test/render';
import type { Widget, WidgetAnswer } from './types';
import { WidgetView } from './widgets/WidgetView';

// Drawings measure their texts by themselves where there is no canvas.
HTMLCanvasElement.prototype.getContext = (() => null) as never;

const size = { width: 620, height: 330 };
const widget = (name: string) => DASHBOARD.widgets.find((one) => one.name === name)!;
const show = (name: string, answer: WidgetAnswer | undefined = DATA.widgets[name], more: Partial<Widget> = {}) => renderPage(<WidgetView widget={{ ...widget(name), ...more } as Widget} answer={answer} size={size} />);
/** What a link leads to, as a list reads it. */
const ledTo = (link: HTMLElement) => { const url = new URL(link.getAttribute('href')!, 'http://x'); return [url.pathname, url.searchParams.get('where')]; };

describe('an indicator', () => {
  it('says its number, its change and how far its target is, and leads to its records', async () => {
    await show('won');
    const card = await screen.findByRole('region', { name: 'Revenue' });
    expect((card)!.textContent).toContain('€41,700,000');
    expect((card)!.textContent).toContain('12%');
    expect((card)!.textContent).toContain('87%');
    expect(ledTo(within(card).getByRole('link'))).toEqual(['/e/deal', 'stage == "won"']);
    expect(card.querySelector<HTMLElement>('.widget-track span')!.style.width).toBe('76.45%');
    expect(card.querySelector('.sparkline')).not.toBeNull();
  });
  it('is green where fewer are better and there are fewer', async () => {
    await show('quiet', { ...(DATA.widgets.quiet as object), value: '5', previous: '10', change: '-0.5', status: null, target: '6', share: '0.8333' } as WidgetAnswer);
    const card = await screen.findByRole('region', { name: 'Quiet deals' });
    expect(within(card).getByText('50%').closest('.ok')).not.toBeNull();
    expect(within(card).getByText('83%').className).toContain('ok');
  });
  it('of no value is a dash', async () => {
    await show('won', { ...(DATA.widgets.won as object), value: null, target: null, share: null, trend: null } as WidgetAnswer);
    expect((await screen.findByRole('link'))!.textContent).toContain('—');
  });
});

describe('a chart', () => {
  it('is drawn, and stands as a table on demand, whose figures lead to their records', async () => {
    await show('months');
    expect(await screen.findByRole('img', { name: 'Revenue by month' })).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /Actions: Revenue/ }));
    await userEvent.click(await screen.findByText('Show as a table'));
    const rows = await screen.findAllByRole('row');
    expect(rows.map((row) => row.firstElementChild!.textContent)).toEqual(['Close date', 'June 2026', 'July 2026', 'August 2026', 'September 2026', 'October 2026', 'November 2026']);
    expect(ledTo(within(rows[1]!).getAllByRole('link')[1]!)).toEqual(['/e/deal', 'close_date == "2026-06-01" && owner == "0190a000-0000-7000-8000-000000000002"']);
    expect(within(rows[4]!).queryAllByRole('link')).toHaveLength(0);
  });
  it('hides a series by its legend, the last one never', async () => {
    await show('months');
    const buttons = within(await screen.findByRole('group', { name: 'Legend' })).getAllByRole('button');
    for (const button of buttons) await userEvent.click(button);
    expect(buttons.map((button) => button.getAttribute('aria-pressed'))).toEqual(['false', 'false', 'true']);
  });
  it('of nothing says so', async () => {
    await show('months', { type: 'chart', items: [], filter: null });
    expect(await screen.findByText('Nothing in this selection')).toBeTruthy();
  });
  it('of slices tells each in words', async () => {
    await show('slices');
    const first = (await screen.findAllByRole('listitem'))[0]!;
    expect((first)!.textContent).toContain('New6441%');
    expect(ledTo(within(first).getByRole('link'))).toEqual(['/e/deal', 'stage == "new"']);
  });
  it('of warm cells leads from each to its records', async () => {
    await show('heat');
    const row = (await screen.findAllByRole('row')).find((one) => one.textContent!.startsWith('Won'))!;
    expect(ledTo(within(row).getAllByRole('link').at(-1)!)).toEqual(['/e/deal', 'close_date == "2026-11-01" && stage == "won"']);
  });
});

it('a funnel has counts, money and the share of the stage before, in the order of the stages', async () => {
  await show('funnel');
  const stages = await screen.findAllByRole('listitem');
  expect(stages.map((stage) => stage.textContent)).toEqual(['New64€118.2m', 'Qualified41€96.4mShare of the previous stage: 64%', 'Proposal27€74mShare of the previous stage: 66%', 'Negotiation16€52.8mShare of the previous stage: 59%', 'Won9€41.7mShare of the previous stage: 56%']);
  expect(ledTo(within(stages[4]!).getByRole('link'))).toEqual(['/e/deal', 'stage == "won"']);
});

it('a pivot table has what rows and columns come to, and leads from each figure to its records', async () => {
  await show('cross');
  const rows = await screen.findAllByRole('row');
  expect(rows.map((row) => row.firstElementChild!.textContent)).toEqual(['Owner', 'Anna Kotova', 'Dmitry Orlov', 'Мария Лебедева', 'Total']);
  expect([...rows[0]!.children].map((cell) => cell.textContent)).toEqual(['Owner', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Total']);
  const ofRow = within(rows[1]!).getAllByRole('link');
  expect(ledTo(ofRow[0]!)[1]).toContain('close_date == "2026-06-01"');
  expect(ledTo(ofRow.at(-1)!)).toEqual(['/e/deal', 'owner == "0190a000-0000-7000-8000-000000000001"']);
  expect(ledTo(within(rows[4]!).getAllByRole('link').at(-1)!)).toEqual(['/e/deal', null]);
});

it('a list opens its records and the whole list', async () => {
  await show('companies');
  expect(await screen.findByText('3 of 11 companies')).toBeTruthy();
  expect(ledTo(screen.getByRole('link', { name: /Волга-Агро/ }))[0]).toBe('/e/company/c1');
  const url = new URL(screen.getByRole('link', { name: 'Show all 11 companies' }).getAttribute('href')!, 'http://x');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ view: 'all', where: 'deals.count() == 0', cols: 'name,city,owner', sort: 'name' });
});

it('a widget that failed says why, and one on its way keeps its room', async () => {
  const page = await show('broken');
  expect((await screen.findByRole('alert'))!.textContent).toContain('It took longer than 30 s.');
  page.unmount();
  const waiting = await renderPage(<WidgetView widget={widget('months')} size={size} />);
  expect((waiting.container.querySelector('[aria-busy="true"]'))!.textContent).toContain('Revenue by month');
});

it('a note is text', async () => {
  await show('hint', undefined, { text: 'a <b>b</b>' } as Partial<Widget>);
  expect(await screen.findByText('a <b>b</b>')).toBeTruthy();
});
