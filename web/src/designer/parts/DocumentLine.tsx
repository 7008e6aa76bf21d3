import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconCopy, IconDots, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ofDocument } from '../model/problems';
import { type Doc, keyOf, labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

const small = { size: 15, stroke: 1.75 };

interface Props {
  doc: Doc;
  /** Where it is drawn. */
  to: string;
  icon: ReactNode;
  /** What stands behind its name. */
  beside?: ReactNode;
  /** What is said of it below its name. */
  about: string[];
  /** Whether the next publish takes it away. */
  isRemoved: boolean;
  removeLabel: string;
  onCopy: () => void;
  /** Items of its menu before those that every document has. */
  items?: ReactNode;
}

/** A document in a list of its kind: opened, copied, given back, removed and restored. */
export function DocumentLine({ doc, to, icon, beside, about, isRemoved, removeLabel, onCopy, items }: Props) {
  const { t } = useTranslation('studio');
  const { bench, state, changed, language } = useStudio();
  const key = keyOf(doc);
  const label = labelOf(doc, language);
  const problems = ofDocument(state.problems, key).length;
  const change = isRemoved ? 'removed' : changed.get(key);
  const words = (
    <span className="grow board-words">
      <span className="medium ellipsis" data-removed={isRemoved || undefined}>{label}{beside}</span>
      <span className="size-12 dim ellipsis">{about.join(' · ')}</span>
    </span>
  );
  const mark = <span className={`mark ${isRemoved ? 'hue-slate' : 'hue-blue'}`} style={{ width: 32, height: 32, borderRadius: 8 }}>{icon}</span>;
  return (
    <div className="list-line board-line">
      {isRemoved ? <span className="row gap-12 grow">{mark}{words}</span> : <Link className="row gap-12 grow board-open" to={to}>{mark}{words}</Link>}
      {problems > 0 && <span className="tag problem-tag">{t('problems.count', { count: problems })}</span>}
      {change && <span className={`tag change-${change}`}>{t(`change.${change}`)}</span>}
      {isRemoved
        ? <Button variant="default" size="xs" leftSection={<IconArrowBackUp {...small} />} onClick={() => bench.revert(key)}>{t('dashboards.restore')}</Button>
        : <Menu position="bottom-end">
          <Menu.Target><ActionIcon aria-label={t('dashboards.more_of', { name: label })}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {items}
            <Menu.Item leftSection={<IconCopy {...small} />} onClick={onCopy}>{t('dashboards.copy')}</Menu.Item>
            {changed.has(key) && <Menu.Item leftSection={<IconArrowBackUp {...small} />} onClick={() => bench.revert(key)}>{t('entity.discard')}</Menu.Item>}
            <Menu.Item data-danger leftSection={<IconTrash {...small} />} onClick={() => bench.removeDocument(key)}>{removeLabel}</Menu.Item>
          </Menu.Dropdown>
        </Menu>}
    </div>
  );
}
