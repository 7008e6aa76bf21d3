import { Drawer } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Outlet, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/ui/ErrorState';
import { State } from '@/ui/State';
import { useCatalog } from '@/catalog/useCatalog';
import { IconLock } from '@tabler/icons-react';
import { NewEntityDialog } from './pages/NewEntityDialog';
import { LeftNotice } from './frame/LeftNotice';
import { TopBar } from './frame/TopBar';
import { Tree } from './frame/Tree';
import { StudioProvider, useStudio } from './state/StudioProvider';
import './studio.css';

/** The analyst's place: the tree on the left, the page in the middle, the state of the draft above. */
export function StudioFrame() {
  const { t } = useTranslation('studio');
  const { rights } = useCatalog().data;
  if (!rights.design) return <State hue="rose" icon={<IconLock size={22} stroke={1.75} />} title={t('frame.closed')} text={t('frame.closed_text')} />;
  return <StudioProvider><Frame /></StudioProvider>;
}

function Frame() {
  const { t } = useTranslation('studio');
  const { bench, state } = useStudio();
  const small = useMediaQuery('(max-width: 900px)');
  // What is drawn on a canvas needs the room, and has a palette where the tree is.
  const { dashboard, form } = useParams({ strict: false }) as { dashboard?: string; form?: string };
  const apart = small || Boolean(dashboard ?? form);
  const [drawer, setDrawer] = useState(false);
  const [adding, setAdding] = useState(false);

  useHotkeys([
    ['mod+Z', () => bench.undo(), { usePhysicalKeys: true }],
    ['mod+shift+Z', () => bench.redo(), { usePhysicalKeys: true }],
    ['mod+Y', () => bench.redo(), { usePhysicalKeys: true }],
  ]);

  const tree = <Tree onAdd={() => { setDrawer(false); setAdding(true); }} onOpen={() => setDrawer(false)} />;
  return (
    <div className="studio">
      <TopBar onTree={apart ? () => setDrawer(true) : undefined} />
      <div className="studio-body">
        {apart
          ? <Drawer opened={drawer} onClose={() => setDrawer(false)} title={t('tree.title')} size={280} padding="xs" closeButtonProps={{ 'aria-label': t('common:action.close') }}>{tree}</Drawer>
          : <aside className="studio-tree" aria-label={t('tree.title')}>{tree}</aside>}
        <div className="studio-page">
          {state.ready && <LeftNotice />}
          {state.failure && !state.ready ? <ErrorState error={state.failure} retry={() => void bench.load()} /> : state.ready ? <Outlet /> : <Waiting />}
        </div>
      </div>
      {adding && <NewEntityDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function Waiting() {
  return <div className="studio-waiting" aria-busy>{[180, 320, 260, 300, 220, 280].map((width) => <span key={width} className="skeleton" style={{ width, height: 10 }} />)}</div>;
}
