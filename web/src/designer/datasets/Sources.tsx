import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconStack2, IconTrash } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { addPart, patchPart, removePart, setEntity } from '../model/dataset';
import { readable } from '../model/datasetScope';
import { ConditionInput } from '../parts/ConditionInput';
import { EntitySelect, useEntityOptions } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { Joins } from './Joins';
import { type Dataset, wrongAt } from './useDataset';

/** Where the rows come from: a card for each part, the rows of several standing below one another. */
export function Sources({ set }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const { datasets, datasetViews, entityLabel } = useStudio();
  const { part: wanted } = useSearch({ strict: false }) as { part?: string };
  const { doc, save } = set;
  const [chosen, setChosen] = useState(0);
  useEffect(() => { if (wanted !== undefined) setChosen(Number(wanted) || 0); }, [wanted]);
  const at = Math.min(chosen, doc.parts.length - 1);
  const others = useMemo(() => {
    const names = new Set(readable(doc, datasets).map((one) => one.name));
    return datasetViews.filter((view) => view.balances || names.has(view.name));
  }, [doc, datasets, datasetViews]);
  const options = useEntityOptions(others);
  const add = (entity: string) => { save(addPart(doc, entity)); setChosen(doc.parts.length); };
  const several = doc.parts.length > 1;
  return (
    <section className="column gap-8" aria-label={t('datasets.sources')}>
      <div className="row gap-8 dataset-section">
        <h3 className="section-title">{t('datasets.sources')}</h3><span className="grow" />
        <Menu position="bottom-end">
          <Menu.Target><Button size="compact-sm" variant="default" leftSection={<IconStack2 size={14} stroke={1.75} />}>{t('datasets.add_part')}</Button></Menu.Target>
          <Menu.Dropdown mah={340} style={{ overflowY: 'auto' }}>
            {options.map((group) => [<Menu.Label key={group.group}>{group.group}</Menu.Label>, ...group.items.map((item) => <Menu.Item key={item.value} onClick={() => add(item.value)}>{item.label}</Menu.Item>)])}
          </Menu.Dropdown>
        </Menu>
      </div>
      {several && <p className="hint">{t('datasets.parts_text')}</p>}
      {several && (
        <div className="tabs dataset-tabs"><div className="tab-list" role="tablist" aria-label={t('datasets.sources')}>
          {doc.parts.map((part, place) => (
            <button key={place} type="button" role="tab" className="tab" aria-selected={place === at} onClick={() => setChosen(place)}>
              {t('datasets.part', { number: place + 1 })}: {entityLabel(part.entity)}
              {wrongAt(set.problems, `/parts/${place}`) && <span className="changed-point" role="img" aria-label={t('datasets.has_problems')} />}
            </button>
          ))}
        </div></div>
      )}
      <Part key={at} set={set} at={at} datasets={others} onRemove={several ? () => { save(removePart(doc, at)); setChosen(0); } : undefined} />
    </section>
  );
}

interface PartProps {
  set: Dataset;
  at: number;
  datasets: ReturnType<typeof useStudio>['datasetViews'];
  onRemove?: () => void;
}

function Part({ set, at, datasets, onRemove }: PartProps) {
  const { t } = useTranslation('studio');
  const { entity } = useStudio();
  const { doc, problems, save, scopes } = set;
  const part = doc.parts[at]!;
  return (
    <div className="card dataset-part">
      <div className="row gap-8 dataset-entity">
        <span className="mark hue-blue dataset-mark"><EntityIcon name={entity(part.entity)?.icon} size={17} /></span>
        <EntitySelect className="grow dataset-choose" datasets={datasets} aria-label={t('datasets.begins')} value={part.entity} error={wrongAt(problems, `/parts/${at}/entity`)} onChange={(name) => save(setEntity(doc, at, name))} />
        {onRemove && <ActionIcon aria-label={t('datasets.remove_part')} title={t('datasets.remove_part')} onClick={onRemove}><IconTrash size={16} stroke={1.75} /></ActionIcon>}
      </div>
      <Joins set={set} at={at} datasets={datasets} />
      <ConditionInput label={t('datasets.filter')} value={part.filter ?? ''} scope={scopes[at]} empty="" hint={t('datasets.filter_none')} error={wrongAt(problems, `/parts/${at}/filter`)}
        onChange={(text) => save(patchPart(doc, at, { filter: text || undefined }), `filter.${at}`)} />
    </div>
  );
}

