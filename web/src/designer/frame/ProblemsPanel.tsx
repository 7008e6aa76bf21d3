import { Drawer } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { isError } from '../model/problems';
import type { Problem } from '../model/types';
import { useDocumentTitle, usePlace } from '../state/places';
import { useStudio } from '../state/StudioProvider';

/** Everything that would stop a publish, each line leading to its place. */
export function ProblemsPanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { state } = useStudio();
  const problems = [...state.problems].sort((a, b) => Number(isError(b)) - Number(isError(a)));
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={440} title={t('problems.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {problems.length === 0 && <State hue="green" icon={<IconCircleCheck size={22} stroke={1.75} />} title={t('problems.none')} text={t('problems.none_text')} />}
      <ul className="problem-list">{problems.map((problem, index) => <li key={index}><Line problem={problem} onGo={onClose} /></li>)}</ul>
    </Drawer>
  );
}

function Line({ problem, onGo }: { problem: Problem; onGo: () => void }) {
  const navigate = useNavigate();
  const title = useDocumentTitle();
  const place = usePlace();
  const go = () => {
    onGo();
    void navigate(place(problem));
  };
  return (
    <button type="button" className="problem-line" onClick={go}>
      {isError(problem) ? <IconCircleX size={16} stroke={1.75} className="bad" /> : <IconAlertTriangle size={16} stroke={1.75} className="warn" />}
      <span className="grow"><span className="medium">{title(problem)}</span><span className="problem-text">{problem.message}</span></span>
    </button>
  );
}
