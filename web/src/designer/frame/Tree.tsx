import { ActionIcon, TextInput } from '@mantine/core';
import { IconChartBar, IconClock, IconCode, IconDatabase, IconForms, IconHistory, IconLayoutDashboard, IconListCheck, IconLock, IconMenu2, IconPlus, IconSearch, IconSitemap, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { useStudio } from '../state/StudioProvider';
import { treeOf } from '../state/views';
import { TreeItem } from './TreeItem';

const icon = { size: 15, stroke: 1.75 };

/** Everything that can be drawn, with a point at what is not published. */
export function Tree({ onAdd, onOpen }: { onAdd: () => void; onOpen: () => void }) {
  const { t } = useTranslation('studio');
  const { entities, changed, choiceSets, dashboards, datasets, documents, forms, measures, registers, scripts } = useStudio();
  const [words, setWords] = useState('');
  const text = words.trim().toLowerCase();
  const rows = treeOf(entities).filter(({ view }) => !text || view.label.toLowerCase().includes(text));
  const own = rows.filter(({ view }) => !view.system);
  const system = rows.filter(({ view }) => view.system);
  const changedKind = (kind: string) => [...changed.keys()].some((key) => key.startsWith(`${kind}/`));
  const fields = (row: (typeof rows)[number]) => (row.view.doc.fields?.length ?? 0) + row.view.builtIn.length;
  const item = ({ view, depth }: (typeof rows)[number]) => (
    <TreeItem key={view.name} to={`/studio/model/${view.name}`} depth={text ? 0 : depth} label={view.label} icon={<EntityIcon name={view.icon} size={15} />}
      count={fields({ view, depth })} changed={changed.has(view.key)} onOpen={onOpen} />
  );

  return (
    <nav className="tree" aria-label={t('tree.title')}>
      <TextInput size="xs" value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('tree.find')} aria-label={t('tree.find')} leftSection={<IconSearch size={14} stroke={1.75} />} />
      <div className="tree-head"><span>{t('tree.data')}</span>
        <ActionIcon size={22} aria-label={t('tree.add')} title={t('tree.add')} onClick={onAdd}><IconPlus size={14} stroke={1.75} /></ActionIcon>
      </div>
      <TreeItem to="/studio/model" exact label={t('crumb.model')} icon={<IconSitemap {...icon} />} onOpen={onOpen} />
      {own.map(item)}
      {text && own.length + system.length === 0 && <p className="tree-none">{t('tree.none')}</p>}
      <TreeItem to="/studio/choices" label={t('crumb.choices')} icon={<IconListCheck {...icon} />} count={choiceSets.length} changed={changedKind('choice_set')} onOpen={onOpen} />
      <TreeItem to="/studio/datasets" label={t('crumb.datasets')} icon={<IconTable {...icon} />} count={datasets.length} changed={changedKind('dataset')} onOpen={onOpen} />
      <TreeItem to="/studio/registers" label={t('crumb.registers')} icon={<IconDatabase {...icon} />} count={registers.length} changed={changedKind('register')} onOpen={onOpen} />
      <TreeItem to="/studio/measures" label={t('crumb.measures')} icon={<IconChartBar {...icon} />} count={measures.length} changed={changedKind('measure')} onOpen={onOpen} />
      <TreeItem to="/studio/scripts" label={t('crumb.scripts')} icon={<IconCode {...icon} />} count={scripts.length} changed={changedKind('script')} onOpen={onOpen} />
      <TreeItem to="/studio/schedules" label={t('crumb.schedules')} icon={<IconClock {...icon} />} onOpen={onOpen} />
      {system.length > 0 && <div className="tree-head">{t('tree.system')}</div>}
      {system.map(item)}
      <div className="tree-head">{t('tree.interface')}</div>
      <TreeItem to="/studio/dashboards" label={t('crumb.dashboards')} icon={<IconLayoutDashboard {...icon} />} count={dashboards.length} changed={changedKind('dashboard')} onOpen={onOpen} />
      <TreeItem to="/studio/forms" label={t('crumb.forms')} icon={<IconForms {...icon} />} count={forms.length} changed={changedKind('form')} onOpen={onOpen} />
      <TreeItem to="/studio/navigation" label={t('crumb.navigation')} icon={<IconMenu2 {...icon} />} changed={changedKind('application')} onOpen={onOpen} />
      <div className="tree-head">{t('tree.delivery')}</div>
      <TreeItem to="/studio/access" label={t('crumb.access')} icon={<IconLock {...icon} />} count={documents.filter((doc) => doc.kind === 'role').length} changed={changedKind('role')} onOpen={onOpen} />
      <TreeItem to="/studio/releases" label={t('crumb.releases')} icon={<IconHistory {...icon} />} onOpen={onOpen} />
    </nav>
  );
}
