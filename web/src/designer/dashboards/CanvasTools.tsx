import { Menu, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconCopy, IconDots, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type WidgetDoc, widgetName } from '../model/dashboard';
import { type Direction, freePlace } from '../model/dashboardPlaces';
import type { Step } from './CanvasItem';
import { useBoard } from './useBoard';

const icon = { size: 15, stroke: 1.75 };
const ICONS: Record<Direction, ReactNode> = { left: <IconArrowLeft {...icon} />, right: <IconArrowRight {...icon} />, up: <IconArrowUp {...icon} />, down: <IconArrowDown {...icon} /> };
const WAYS: Direction[] = ['left', 'right', 'up', 'down'];

/** What can be done with the chosen widget without a drag. */
export function CanvasTools({ widget, label, onStep, onRemove }: { widget: WidgetDoc; label: string; onStep: Step; onRemove: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const { doc, widgets, save, choose } = useBoard();
  const copy = () => {
    const name = widgetName(widget.name.replace(/_\d+$/, ''), widgets);
    save({ ...doc, widgets: [...widgets, { ...structuredClone(widget), name, place: freePlace(widgets, widget.place) }] });
    choose(name);
  };
  const item = (direction: Direction, isSize: boolean) => (
    <Menu.Item key={`${direction}${isSize}`} leftSection={ICONS[direction]} closeMenuOnClick={false} onClick={() => onStep(widget.name, direction, isSize)}>{t(`dashboards.${isSize ? 'size' : 'move'}_${direction}`)}</Menu.Item>
  );
  return (
    <div className="board-tools" role="group" aria-label={t('dashboards.tools', { name: label })}>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target><UnstyledButton aria-label={t('dashboards.place')} title={t('dashboards.place')}><IconDots {...icon} /></UnstyledButton></Menu.Target>
        {/* A press in the menu is none on the widget, which would begin to move. */}
        <Menu.Dropdown onMouseDown={(event) => event.stopPropagation()} onTouchStart={(event) => event.stopPropagation()}>
          <Menu.Label>{t('dashboards.moving')}</Menu.Label>
          {WAYS.map((one) => item(one, false))}
          <Menu.Label>{t('dashboards.sizing')}</Menu.Label>
          {WAYS.map((one) => item(one, true))}
        </Menu.Dropdown>
      </Menu>
      <UnstyledButton aria-label={t('dashboards.copy_widget')} title={t('dashboards.copy_widget')} onClick={copy}><IconCopy {...icon} /></UnstyledButton>
      <UnstyledButton aria-label={t('dashboards.remove_widget')} title={t('dashboards.remove_widget')} onClick={() => onRemove(widget.name)}><IconTrash {...icon} /></UnstyledButton>
    </div>
  );
}
