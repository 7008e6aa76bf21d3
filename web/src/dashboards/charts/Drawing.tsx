import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartWidget, Size } from '../types';
import type { Model } from './model';
import { optionOf } from './option';
import { paletteAt } from './palette';

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface Props {
  widget: ChartWidget;
  model: Model;
  hidden: ReadonlySet<number>;
  label: string;
  size: Size;
  onPick: (series: number, index: number) => void;
}

/** A drawing of bars, lines, slices or dots. */
export default function Drawing({ widget, model, hidden, label, size, onPick }: Props) {
  const { t, i18n } = useTranslation('dashboards');
  const scheme = useComputedColorScheme('light');
  const isStill = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    const made = init(place.current!, undefined, { renderer: 'svg', width: 300, height: 150 });
    made.on('click', (event) => { if (event.componentType === 'series') pick.current(event.seriesIndex ?? 0, event.dataIndex); });
    chart.current = made;
    return () => { chart.current = null; made.dispose(); };
  }, []);
  useEffect(() => {
    chart.current?.resize({ width: Math.max(40, size.width), height: Math.max(40, size.height) });
  }, [size.width, size.height]);
  useEffect(() => {
    if (!chart.current || !place.current) return;
    const option = optionOf(widget, model, hidden, paletteAt(place.current), size, { total: t('total'), empty: t('nothing_here') }, isStill);
    chart.current.setOption({ ...option, aria: { enabled: true, label: { description: label } } }, { notMerge: true });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the scheme changes what the palette reads.
  }, [widget, model, hidden, size.width, size.height, scheme, isStill, label, i18n.language]);
  return <div ref={place} className="chart-drawing" role="img" aria-label={label} style={{ width: size.width, height: size.height }} />;
}
