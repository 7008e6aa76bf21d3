import '@/measures/measures.css';
import './dashboards.css';
import { ActionIcon, Button, Menu, SegmentedControl } from '@mantine/core';
import { IconArrowBackUp, IconDeviceDesktop, IconDeviceMobile, IconDots, IconExternalLink, IconLayoutDashboard, IconMenu2, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { State } from '@/ui/State';
import type { DashboardDoc } from '../model/dashboard';
import { keyOf, labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { AddToNavigation } from './AddToNavigation';
import { BoardFilters } from './BoardFilters';
import { Canvas } from './Canvas';
import { Palette } from './Palette';
import { PhoneView } from './PhoneView';
import { Properties } from './properties/Properties';
import { Start } from './Start';
import { BoardProvider, useBoard, useBoardOf } from './useBoard';

const icon = { size: 15, stroke: 1.75 };

/** One dashboard on the canvas: what can be put there at the left, what is chosen at the right. */
export function DesignerPage() {
  const { t } = useTranslation('studio');
  const { dashboard: name } = useParams({ strict: false }) as { dashboard: string };
  const { dashboards, state } = useStudio();
  const doc = dashboards.find((one) => one.name === name);
  if (doc) return <Designer key={doc.id ?? doc.name} doc={doc} />;
  const gone = state.removed.has(`dashboard/${name}`);
  return <State icon={<IconLayoutDashboard size={22} stroke={1.75} />} title={t(gone ? 'dashboards.gone' : 'dashboards.unknown')} text={t('dashboards.gone_text')}><Button component={Link} to="/studio/dashboards">{t('dashboards.to_list')}</Button></State>;
}

function Designer({ doc }: { doc: DashboardDoc }) {
  const board = useBoardOf(doc);
  const [device, setDevice] = useState<'desk' | 'phone'>('desk');
  // Beside the widgets nothing is chosen; what opens from here elsewhere on the page is told here too.
  const leave = ({ target, currentTarget }: PointerEvent<HTMLElement>) => {
    if (board.chosen && currentTarget.contains(target as Node) && !(target as Element).closest('.board-item, .board-start')) board.choose();
  };
  return (
    <BoardProvider value={board}>
      <div className="board-page">
        <Palette />
        <div className="board-main">
          <Toolbar device={device} onDevice={setDevice} />
          <BoardFilters />
          <div className="board-scroll" onPointerDown={leave}>
            {board.widgets.length === 0 ? <Start /> : device === 'phone' ? <PhoneView /> : <Canvas />}
          </div>
        </div>
        <aside className="properties board-properties"><Properties /></aside>
      </div>
    </BoardProvider>
  );
}

function Toolbar({ device, onDevice }: { device: 'desk' | 'phone'; onDevice: (device: 'desk' | 'phone') => void }) {
  const { t } = useTranslation('studio');
  const { bench, state, language, changed, differences } = useStudio();
  const { doc, choose } = useBoard();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const key = keyOf(doc);
  const leave = () => void navigate({ to: '/studio/dashboards' });
  return (
    <div className="bar board-bar">
      <button type="button" className="board-name" onClick={() => choose()} title={t('dashboards.settings')}><EntityIcon name={doc.icon ?? 'layout-dashboard'} size={17} /><span className="strong ellipsis">{labelOf(doc, language)}</span></button>
      {changed.has(key) && <span className="tag changes-tag"><span className="changed-point" />{t('entity.changes', { count: differences.get(key) ?? 1 })}</span>}
      <span className="grow" />
      <SegmentedControl size="xs" aria-label={t('dashboards.device')} value={device} onChange={(next) => onDevice(next as typeof device)} data={[
        { value: 'desk', label: <span className="board-device"><IconDeviceDesktop {...icon} /><span className="visually-hidden">{t('dashboards.desk')}</span></span> },
        { value: 'phone', label: <span className="board-device"><IconDeviceMobile {...icon} /><span className="visually-hidden">{t('dashboards.phone')}</span></span> },
      ]} />
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t('dashboards.more_of', { name: labelOf(doc, language) })}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {state.published.has(key) && <Menu.Item leftSection={<IconExternalLink {...icon} />} onClick={() => void navigate({ to: `/d/${doc.name}` })}>{t('dashboards.open')}</Menu.Item>}
          <Menu.Item leftSection={<IconMenu2 {...icon} />} onClick={() => setAdding(true)}>{t('dashboards.to_navigation')}</Menu.Item>
          {changed.has(key) && <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => { bench.revert(key); if (!state.published.has(key)) leave(); }}>{t('entity.discard')}</Menu.Item>}
          <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => { bench.removeDocument(key); leave(); }}>{t('dashboards.remove')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {adding && <AddToNavigation onClose={() => setAdding(false)} />}
    </div>
  );
}
