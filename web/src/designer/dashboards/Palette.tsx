import { TextInput, UnstyledButton } from '@mantine/core';
import { IconChartBar, IconGauge, IconGripVertical, IconListDetails, IconSearch, IconTable, IconTypography } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { SIZES, WIDGETS, type WidgetType } from '../model/dashboard';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { useAdd } from './useAdd';
import { useWidgetLabel } from './labels';
import { useBoard } from './useBoard';

const icon = { size: 16, stroke: 1.75 };
export const WIDGET_ICONS: Record<WidgetType, ReactNode> = {
  indicator: <IconGauge {...icon} />, chart: <IconChartBar {...icon} />, pivot: <IconTable {...icon} />, list: <IconListDetails {...icon} />, text: <IconTypography {...icon} />,
};

/** What is dragged from the palette, kept here: a browser tells what is carried only when it is let go. */
export const carried: { type: WidgetType; measure?: string } = { type: 'text' };

/** Kinds of widgets and the indicators, to be dragged to a place or clicked for the first free one. */
export function Palette() {
  const { t } = useTranslation('studio');
  const { measures, language } = useStudio();
  const { widgets, choose } = useBoard();
  const label = useWidgetLabel();
  const add = useAdd();
  const [tab, setTab] = useState<'add' | 'outline'>('add');
  const [words, setWords] = useState('');
  const shown = measures.filter((one) => labelOf(one, language).toLowerCase().includes(words.trim().toLowerCase()));
  const used = new Set(widgets.flatMap((one) => (one.type === 'indicator' ? [one.measure] : [])));
  const carry = (event: DragEvent, type: WidgetType, measure?: string) => {
    Object.assign(carried, { type, measure });
    event.dataTransfer.effectAllowed = 'copy';
    // A browser carries nothing without a text.
    event.dataTransfer.setData('text/plain', measure ?? type);
  };
  const ordered = [...widgets].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);
  return (
    <aside className="board-palette" aria-label={t('dashboards.palette')}>
      <div className="tabs board-tabs" role="tablist" aria-label={t('dashboards.palette')}>
        {(['add', 'outline'] as const).map((one) => (
          <button key={one} type="button" role="tab" className="tab" aria-selected={tab === one} onClick={() => setTab(one)}>{t(`dashboards.tab_${one}`)}{one === 'outline' && <span className="count">{widgets.length}</span>}</button>
        ))}
      </div>
      <div className="board-palette-body">
        {tab === 'outline'
          ? <div className="column gap-2">
            {ordered.map((one) => <button key={one.name} type="button" className="tree-item" onClick={() => choose(one.name)}>{WIDGET_ICONS[one.type]}<span className="ellipsis">{label(one)}</span></button>)}
            {ordered.length === 0 && <p className="hint">{t('dashboards.outline_none')}</p>}
          </div>
          : <>
            <div className="palette-head">{t('dashboards.components')}</div>
            <div className="palette-grid">
              {WIDGETS.map((type) => {
                const isOff = type === 'indicator' && measures.length === 0;
                return (
                  <UnstyledButton key={type} className="palette-tile" draggable={!isOff} disabled={isOff} title={isOff ? t('dashboards.no_measures') : t('dashboards.add_text')} data-size={`${SIZES[type].width}×${SIZES[type].height}`} onDragStart={(event: DragEvent) => carry(event, type)} onClick={() => add(type)}>
                    {WIDGET_ICONS[type]}<span>{t(`dashboards.${type}`)}</span>
                  </UnstyledButton>
                );
              })}
            </div>
            <div className="palette-head">{t('crumb.measures')}</div>
            {measures.length > 7 && <TextInput size="xs" value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('dashboards.find_measure')} aria-label={t('dashboards.find_measure')} leftSection={<IconSearch size={14} stroke={1.75} />} />}
            <div className="column gap-4">
              {shown.map((one) => (
                <UnstyledButton key={one.name} className="palette-item" draggable data-used={used.has(one.name) || undefined} title={t('dashboards.add_text')} onDragStart={(event: DragEvent) => carry(event, 'indicator', one.name)} onClick={() => add('indicator', one.name)}>
                  <EntityIcon name={one.icon ?? 'chart-bar'} size={15} /><span className="ellipsis grow">{labelOf(one, language)}</span><IconGripVertical size={14} stroke={1.75} aria-hidden />
                </UnstyledButton>
              ))}
            </div>
            {measures.length === 0 && <p className="hint">{t('dashboards.no_measures')} <Link to="/studio/measures" className="primary medium">{t('dashboards.draw_measure')}</Link></p>}
          </>}
      </div>
    </aside>
  );
}
