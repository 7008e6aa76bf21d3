import { Button } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { started } from '../model/dashboardStart';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { carried } from './Palette';
import { useAdd } from './useAdd';
import { useBoard } from './useBoard';
import { useSubject } from './useSubject';

/** Nothing yet: what can be told of an entity, at once; or a widget is dragged in. */
export function Start() {
  const { t } = useTranslation('studio');
  const { bench, measures, datasetViews } = useStudio();
  const { doc } = useBoard();
  const subjectOf = useSubject();
  const add = useAdd();
  const [entity, setEntity] = useState<string>();
  const subject = subjectOf(entity);
  const draw = () => {
    if (!subject) return;
    const made = started(doc, subject, measures);
    bench.editAll([...made.measures, { ...made.dashboard, filters: [...(doc.filters ?? []), ...(made.dashboard.filters ?? []).filter((one) => !doc.filters?.some((other) => other.name === one.name || (one.type !== 'field' && other.type === one.type)))] }]);
  };
  return (
    <div className="board-start" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); add(carried.type, carried.measure); }}>
      <span className="state-icon hue-blue"><IconWand size={22} stroke={1.75} /></span>
      <h2>{t('dashboards.start')}</h2>
      <p>{t('dashboards.start_text')}</p>
      <div className="row gap-8 board-start-choice">
        <EntitySelect aria-label={t('dashboards.start_entity')} placeholder={t('dashboards.start_entity')} datasets={datasetViews} value={entity} onChange={setEntity} />
        <Button disabled={!subject} onClick={draw}>{t('dashboards.start_draw')}</Button>
      </div>
      <p className="hint">{t('dashboards.start_hint')}</p>
    </div>
  );
}
