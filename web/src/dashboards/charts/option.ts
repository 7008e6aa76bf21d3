import type { EChartsCoreOption } from 'echarts/core';
import { huesOf } from '../groups';
import { bare, compact, drawn, full, short } from '../numbers';
import type { ChartWidget, Item, Size } from '../types';
import { type Model, numberAt } from './model';
import type { Palette } from './palette';

const FONT = '"Inter Variable", "Noto Sans", sans-serif';
/** Points of a line up to which each is drawn. */
const POINTS = 40;

interface Row {
  color?: string;
  name: string;
  value: string;
}

/** What stands beside the pointer, made of nodes: names of people's records are text, never markup. */
export function tip(title: string, rows: Row[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'chart-tip';
  const head = document.createElement('b');
  head.textContent = title;
  box.append(head);
  for (const { color, name, value } of rows) {
    const row = document.createElement('div');
    const dot = document.createElement('i');
    if (color) dot.style.background = color;
    const label = document.createElement('span');
    label.textContent = name;
    const number = document.createElement('strong');
    number.textContent = value;
    row.append(...(color ? [dot] : []), label, number);
    box.append(row);
  }
  return box;
}

/** Room of the name of a month. */
const MONTH = 46;

/** Which months are written below an axis: all, or every second, third, … of a year, so that each January is there with its year. */
function everyMonth(model: Model, width: number): (index: number) => boolean {
  const least = (model.keys.length * MONTH) / Math.max(MONTH, width - 60);
  const step = [1, 2, 3, 4, 6, 12].find((one) => one >= least) ?? 12 * Math.ceil(least / 12);
  return (index) => {
    const [year, month] = (model.keys[index]?.id ?? '').split('-').map(Number);
    return !year || !month || (year * 12 + month - 1) % step === 0;
  };
}

/** The option of a drawing. */
export function optionOf(widget: ChartWidget, model: Model, hidden: ReadonlySet<number>, palette: Palette, size: Size, words: { total: string; empty: string }, isStill: boolean): EChartsCoreOption {
  const common: EChartsCoreOption = {
    animation: !isStill, animationDuration: 160, animationDurationUpdate: 160,
    textStyle: { fontFamily: FONT, fontSize: 12, color: palette.text2 },
    aria: { enabled: true },
    tooltip: { confine: true, appendTo: undefined, backgroundColor: palette.surface, borderColor: palette.border, borderWidth: 1, padding: [8, 10], textStyle: { color: palette.text, fontFamily: FONT, fontSize: 12 }, extraCssText: 'box-shadow: var(--shadow); border-radius: 8px;' },
  };
  const merged = (tooltip: object, rest: object): EChartsCoreOption => ({ ...common, ...rest, tooltip: { ...(common.tooltip as object), ...tooltip } });
  if (widget.chart === 'pie') return merged({ trigger: 'item', formatter: ({ dataIndex }: { dataIndex: number }) => { const one = model.series[0]!; return tip(model.keys[dataIndex]!.label, [{ name: one.name, value: said(one.items[dataIndex]?.[one.measure], one.format) }]); } }, pie(model, palette));
  if (widget.chart === 'scatter') return scatter(model, palette, merged);
  const isLying = widget.chart === 'row';
  const isLine = widget.chart === 'line' || widget.chart === 'area';
  const shown = model.series.filter((_, index) => !hidden.has(index));
  const isStacked = !!widget.stacked && shown.length > 1;
  const format = model.series[0]?.format ?? { type: 'decimal' as const, scale: -1, currency: null };
  const most = Math.max(0, ...model.keys.map((_, at) => Math.max(...shown.map((one) => Math.abs(numberAt(one, at) ?? 0)), isStacked ? Math.abs(shown.reduce((sum, one) => sum + (numberAt(one, at) ?? 0), 0)) : 0)));
  const onAxis = (number: number) => (number !== 0 && most >= 10_000 ? short(number, bare(format)) : compact(number, { ...bare(format), scale: format.type === 'percent' ? 0 : -1 }));
  const category = {
    type: 'category', data: model.keys.map((key) => key.short), inverse: isLying, boundaryGap: !isLine, axisTick: { show: false }, axisLine: { lineStyle: { color: palette.border } },
    axisLabel: { color: palette.text2, fontSize: 12, hideOverlap: true, ...(isLying ? { width: Math.min(160, size.width * 0.34), overflow: 'truncate' } : { interval: model.axis.by === 'month' ? everyMonth(model, size.width) : model.axis.by || model.keys.length > 12 ? 'auto' : 0, width: Math.max(40, (size.width - 60) / Math.max(1, model.keys.length)), overflow: 'truncate' }) },
  };
  const value = { type: 'value', splitNumber: isLying ? Math.max(2, Math.floor(size.width / 130)) : size.height < 200 ? 2 : 4, axisLabel: { color: palette.text3, fontSize: 12, hideOverlap: true, formatter: onAxis }, splitLine: { lineStyle: { color: palette.hairline } }, axisLine: { show: false } };
  const tops = model.keys.map((_, at) => shown.findLastIndex((series) => (numberAt(series, at) ?? 0) > 0));
  const series = model.series.map((one, index) => {
    const color = palette.hues[one.hue];
    const place = shown.indexOf(one);
    const data = place < 0 ? [] : model.keys.map((_, at) => {
      const number = numberAt(one, at);
      // Of a month without records a sum is nothing, a mean is not known.
      if (isLine) return number ?? (model.axis.by && one.isSum && !one.items[at] ? 0 : null);
      const isTop = !isStacked || tops[at] === place;
      return { value: number ?? undefined, itemStyle: { borderRadius: isTop ? (isLying ? [0, 4, 4, 0] : (number ?? 0) < 0 ? [0, 0, 4, 4] : [4, 4, 0, 0]) : 0 } };
    });
    const own = { name: one.name, data, cursor: 'pointer', ...(isStacked && { stack: 'all' }) };
    if (isLine) return { ...own, type: 'line', color, lineStyle: { width: 2, color }, itemStyle: { color }, symbol: 'circle', symbolSize: 7, showSymbol: model.keys.length <= POINTS, connectNulls: !one.isSum, ...(widget.chart === 'area' && { areaStyle: { opacity: isStacked ? 0.55 : 0.14, color } }) };
    const isAlone = shown.length === 1 && isLying;
    return { ...own, type: 'bar', color, itemStyle: { color, ...(isStacked && { borderColor: palette.surface, borderWidth: 1 }) }, barMaxWidth: 34, barCategoryGap: '36%', ...(isAlone && { label: { show: true, position: 'right', color: palette.text, fontWeight: 500, formatter: ({ dataIndex }: { dataIndex: number }) => { const text = one.items[dataIndex]?.[one.measure]; return text === null || text === undefined ? '' : compact(String(text), one.format); } } }) };
  });
  const formatter = (points: { dataIndex: number }[]) => {
    const at = points[0]?.dataIndex ?? 0;
    const rows = shown.filter((one) => one.items[at]).map((one) => ({ color: palette.hues[one.hue], name: one.name, value: said(one.items[at]?.[one.measure], one.format) }));
    const total = isStacked && shown.every((one) => one.measure === shown[0]!.measure) ? shown.reduce((sum, one) => sum + (numberAt(one, at) ?? 0), 0) : undefined;
    return tip(model.keys[at]?.label ?? '', rows.length ? [...rows, ...(total === undefined ? [] : [{ name: words.total, value: full(total, format) }])] : [{ name: words.empty, value: '' }]);
  };
  const roomy = isLying && shown.length === 1 ? 64 : 14;
  return merged({ trigger: 'axis', axisPointer: { type: isLine ? 'line' : 'shadow', lineStyle: { color: palette.border }, shadowStyle: { color: palette.sunken, opacity: 0.6 } }, formatter }, {
    grid: { left: 12, right: roomy, top: 12, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: isLying ? value : category, yAxis: isLying ? category : value, series,
  });
}

const said = (value: unknown, format: Parameters<typeof full>[1]) => (value === null || value === undefined ? '—' : full(String(value), format));

function pie(model: Model, palette: Palette): object {
  const one = model.series[0]!;
  const hues = huesOf(model.keys);
  return { series: [{ type: 'pie', radius: ['56%', '86%'], center: ['50%', '50%'], cursor: 'pointer', label: { show: false }, itemStyle: { borderColor: palette.surface, borderWidth: 2 }, emphasis: { scaleSize: 4 },
    data: model.keys.map((key, at) => ({ name: key.label, value: Math.max(0, numberAt(one, at) ?? 0), itemStyle: { color: palette.hues[hues[at]!] } })) }] };
}

function scatter(model: Model, palette: Palette, merged: (tooltip: object, rest: object) => EChartsCoreOption): EChartsCoreOption {
  const [x, y] = model.measures;
  if (!x || !y) return merged({}, {});
  const items = model.series[0]!.items;
  const axis = (one: typeof x, isUpright: boolean) => ({ type: 'value', scale: true, name: one.label, nameLocation: 'middle', nameGap: isUpright ? 44 : 28, nameTextStyle: { color: palette.text2 }, axisLabel: { color: palette.text3, formatter: (number: number) => compact(number, bare(one.format)) }, splitLine: { lineStyle: { color: palette.hairline } }, axisLine: { show: !isUpright, lineStyle: { color: palette.border } } });
  const data = items.map((item: Item | undefined) => [drawn(item?.[x.name]), drawn(item?.[y.name])]);
  return merged({ trigger: 'item', formatter: ({ dataIndex }: { dataIndex: number }) => tip(model.keys[dataIndex]?.label ?? '', [x, y].map((one) => ({ name: one.label, value: said(items[dataIndex]?.[one.name], one.format) }))) }, {
    grid: { left: 12, right: 20, top: 12, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'all' },
    xAxis: axis(x, false), yAxis: axis(y, true),
    series: [{ type: 'scatter', data, cursor: 'pointer', symbolSize: 11, itemStyle: { color: palette.hues.blue, opacity: 0.75, borderColor: palette.surface, borderWidth: 1 } }],
  });
}
