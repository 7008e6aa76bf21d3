import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconArrowForwardUp, IconCheck, IconMenu2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../state/StudioProvider';
import { Crumbs } from './Crumbs';
import { ProblemsPanel } from './ProblemsPanel';
import { SaveState } from './SaveState';

/** Where one is, whether the draft is kept, undo, problems, publish. */
export function TopBar({ onTree }: { onTree?: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, state, count: changes } = useStudio();
  const [problems, setProblems] = useState(false);
  const count = state.problems.length;

  return (
    <header className="top-bar studio-top">
      {onTree && <ActionIcon aria-label={t('tree.open')} onClick={onTree}><IconMenu2 size={18} stroke={1.75} /></ActionIcon>}
      <Crumbs />
      <SaveState />
      <span className="grow" />
      <Tooltip label={`${t('frame.undo')} · Ctrl Z`}>
        <ActionIcon aria-label={t('frame.undo')} disabled={!state.canUndo} onClick={() => bench.undo()}><IconArrowBackUp size={18} stroke={1.75} /></ActionIcon>
      </Tooltip>
      <Tooltip label={`${t('frame.redo')} · Ctrl Shift Z`}>
        <ActionIcon aria-label={t('frame.redo')} disabled={!state.canRedo} onClick={() => bench.redo()}><IconArrowForwardUp size={18} stroke={1.75} /></ActionIcon>
      </Tooltip>
      <span className="divider" />
      <button type="button" className={count ? 'problems-button warning' : 'problems-button'} aria-label={t('problems.count', { count })} onClick={() => setProblems(true)}>
        {count ? <IconAlertTriangle size={16} stroke={1.75} /> : <IconCheck size={16} stroke={1.75} />}
        {count > 0 && <span>{count}</span>}
      </button>
      <Button component={Link} to="/studio/releases" size="xs" variant={changes > 0 ? 'filled' : 'default'} title={t('frame.publish_count', { count: changes })}>
        {t('frame.publish')}
        {changes > 0 && <span className="publish-count">{changes}</span>}
      </Button>
      <ProblemsPanel opened={problems} onClose={() => setProblems(false)} />
    </header>
  );
}
