import type { NumberFormat } from '@/measures/api';
import type { Answer, Dashboard, DashboardData, Item } from '@/dashboards/types';

const EUR: NumberFormat = { type: 'money', scale: 0, currency: 'EUR' };
const SHARE: NumberFormat = { type: 'percent', scale: 0, currency: null };
const WHOLE: NumberFormat = { type: 'integer', scale: 0, currency: null };
const PEOPLE = [{ id: '0190a000-0000-7000-8000-000000000001', title: 'Anna Kotova' }, { id: '0190a000-0000-7000-8000-000000000002', title: 'Dmitry Orlov' }, { id: '0190a000-0000-7000-8000-000000000003', title: 'Мария Лебедева' }];
const STAGES = ['new', 'qualified', 'proposal', 'negotiation', 'won'];
const MONTHS = ['2026-06-01', '2026-07-01', '2026-08-01', '2026-10-01', '2026-11-01'];

/** A dashboard over the small catalog, with a widget of each kind. */
export const DASHBOARD: Dashboard = {
  name: 'sales_head', label: 'Sales of the department', icon: 'layout-dashboard', description: 'What the department sells, month by month.',
  filters: [{ name: 'period', type: 'period', default: 'this_month' }, { name: 'person', type: 'person', label: 'Salesperson' }, { name: 'stage', type: 'field', entity: 'deal', field: 'stage', default: null }, { name: 'active', type: 'field', entity: 'company', field: 'active' }],
  widgets: [
    { name: 'won', type: 'indicator', measure: 'won', place: { x: 0, y: 0, width: 3, height: 2 }, about: { label: 'Revenue', format: EUR, better: 'higher' } },
    { name: 'count', type: 'indicator', measure: 'count', label: 'New deals', place: { x: 3, y: 0, width: 3, height: 2 }, about: { label: 'Count', format: WHOLE, better: 'higher' } },
    { name: 'conversion', type: 'indicator', measure: 'conversion', label: 'Conversion', place: { x: 6, y: 0, width: 3, height: 2 }, about: { label: 'Conversion', format: SHARE, better: 'higher' } },
    { name: 'quiet', type: 'indicator', measure: 'quiet', label: 'Quiet deals', place: { x: 9, y: 0, width: 3, height: 2 }, about: { label: 'Quiet', format: WHOLE, better: 'lower' } },
    { name: 'funnel', type: 'chart', chart: 'funnel', label: 'Funnel', place: { x: 0, y: 2, width: 5, height: 5 }, entity: 'deal', group_by: ['stage'], measures: [{ name: 'n', expression: 'count()' }, { name: 'amount', expression: 'sum(amount)' }] },
    { name: 'months', type: 'chart', chart: 'bar', stacked: true, label: 'Revenue by month', place: { x: 5, y: 2, width: 7, height: 5 }, entity: 'deal', group_by: [{ path: 'close_date', by: 'month' }, 'owner'], measures: [{ name: 'amount', expression: 'sum(amount)' }] },
    { name: 'cross', type: 'pivot', label: 'People by months', place: { x: 0, y: 7, width: 7, height: 4 }, entity: 'deal', rows: ['owner'], columns: [{ path: 'close_date', by: 'month' }], measures: [{ name: 'amount', expression: 'sum(amount)' }], heat: true },
    { name: 'slices', type: 'chart', chart: 'pie', label: 'Deals by stage', place: { x: 7, y: 7, width: 5, height: 4 }, entity: 'deal', group_by: ['stage'], measures: [{ name: 'n', expression: 'count()' }] },
    { name: 'companies', type: 'list', label: 'Companies without a deal', place: { x: 0, y: 11, width: 7, height: 4 }, entity: 'company', columns: ['name', 'city', 'owner'], sort: ['name'], limit: 3 },
    { name: 'hint', type: 'text', label: 'How to read this', text: 'Revenue is what was won in the period.\nTargets are set by the head of sales.', place: { x: 7, y: 11, width: 5, height: 2 } },
    { name: 'broken', type: 'chart', chart: 'line', label: 'Calls', place: { x: 7, y: 13, width: 5, height: 2 }, entity: 'contact', group_by: [{ path: 'created_at', by: 'day' }], measures: [{ name: 'n', expression: 'count()' }] },
    { name: 'row', type: 'chart', chart: 'row', label: 'Revenue by person', place: { x: 0, y: 15, width: 4, height: 4 }, entity: 'deal', group_by: ['owner'], measures: [{ name: 'amount', expression: 'sum(amount)' }] },
    { name: 'area', type: 'chart', chart: 'area', label: 'Deals and revenue', place: { x: 4, y: 15, width: 4, height: 4 }, entity: 'deal', group_by: [{ path: 'close_date', by: 'month' }], measures: [{ name: 'n', expression: 'count()', label: 'Deals' }] },
    { name: 'heat', type: 'chart', chart: 'heat_map', label: 'Stages by months', place: { x: 8, y: 15, width: 4, height: 4 }, entity: 'deal', group_by: [{ path: 'close_date', by: 'month' }, 'stage'], measures: [{ name: 'n', expression: 'count()' }] },
  ],
};

const by = (key: string, value: string | null) => `${key} == ${value === null ? '()' : `"${value}"`}`;
const amount = (at: number, more = 0) => String(4_000_000 + at * 1_350_000 + more * 777_000.5);
const months: Item[] = MONTHS.flatMap((month, at) => PEOPLE.map((person, which) => ({ close_date: month, owner: person, amount: amount(at, which), n: at + which, _filter: `${by('close_date', month)} && ${by('owner', person.id)}` })));
const stages: Item[] = [...STAGES].reverse().map((stage, at) => ({ stage, n: [9, 16, 27, 41, 64][at]!, amount: String([41_700_000, 52_800_000, 74_000_000, 96_400_000, 118_200_000][at]), _filter: by('stage', stage) }));
const trend = (numbers: number[]) => numbers.map((value, at) => ({ from: `2026-${String(at + 6).padStart(2, '0')}-01`, to: `2026-${String(at + 6).padStart(2, '0')}-30`, value: String(value) }));
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' };
const indicator = (more: Partial<Answer<'indicator'>>): Answer<'indicator'> => ({ type: 'indicator', value: null, target: null, share: null, status: null, previous: null, change: null, period: NOVEMBER, word: 'this_month', person: null, entity: 'deal', filter: 'stage == "won"', format: WHOLE, ...more });

export const DATA: DashboardData = {
  at: '2026-11-30T14:32:10.000Z', period: NOVEMBER,
  widgets: {
    won: indicator({ value: '41700000', target: '48000000', share: '0.86875', previous: '37200000', change: '0.12', format: EUR, trend: trend([27, 28, 31, 36, 37, 41.7]) }),
    count: indicator({ value: '64', target: '60', share: '1.0667', previous: '59', change: '0.08', trend: trend([48, 51, 47, 55, 59, 64]) }),
    conversion: indicator({ value: '0.14', target: '0.18', share: '0.7778', previous: '0.16', format: SHARE, trend: trend([17, 18, 17, 16, 16, 14]), status: { from: null, color: 'rose', label: 'Low' } }),
    quiet: indicator({ value: '7', filter: null, period: null, word: 'all', status: { from: '5', color: 'amber', label: 'Look here' } }),
    funnel: { type: 'chart', items: stages, filter: null },
    months: { type: 'chart', items: months, filter: 'amount > 0' },
    cross: { type: 'pivot', items: months.slice(0, -1), rows: PEOPLE.map((owner) => ({ owner, amount: '12345678.5', _filter: by('owner', owner.id) })), columns: MONTHS.map((close_date) => ({ close_date, amount: '9876543', _filter: by('close_date', close_date) })), total: { amount: '37037036', _filter: 'true' }, filter: null },
    slices: { type: 'chart', items: stages, filter: null },
    companies: { type: 'list', items: ['Ernst Handel', 'Волга-Агро', 'QUICK-Stop'].map((name, at) => ({ id: `c${at}`, name, city: 'Graz', owner: PEOPLE[at]! })), count: 11, filter: 'deals.count() == 0', sort: ['name'] },
    broken: { type: 'chart', problem: { status: 503, code: 'server.deadline', detail: 'It took longer than 30 s.' } },
    row: { type: 'chart', items: PEOPLE.map((owner, at) => ({ owner, amount: amount(4 - at), _filter: by('owner', owner.id) })), filter: null },
    area: { type: 'chart', items: MONTHS.map((close_date, at) => ({ close_date, n: 4 + at * at, _filter: by('close_date', close_date) })), filter: null },
    heat: { type: 'chart', items: MONTHS.flatMap((close_date, at) => STAGES.slice(at % 2).map((stage, which) => ({ close_date, stage, n: at * which + 1, _filter: `${by('close_date', close_date)} && ${by('stage', stage)}` }))), filter: null },
  },
};
