import { Drawer } from '@mantine/core';
import { IconAlertTriangle, IconGitCompare } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nodeOf } from '../model/form';
import { compared, type FormDifference } from '../model/formCompare';
import { mayStand } from '../model/formStart';
import { pathsOn } from '../model/formUse';
import { labelOf } from '../model/types';
import { useRoleLabel } from '../parts/useRoleLabel';
import { useStudio } from '../state/StudioProvider';
import { usePartLabel } from './labels';
import { useDesign } from './useDesign';

/** In what the form differs from that of everybody, what is wrong with it, and how much of the record is on it. */
export function FootBar() {
  const { t } = useTranslation('studio');
  const { forms, language } = useStudio();
  const { doc, subject, problems, choose, setLook } = useDesign();
  const role = useRoleLabel();
  const [opened, setOpened] = useState(false);
  const other = doc.roles?.length ? forms.find((one) => one.entity === doc.entity && !one.roles?.length) : undefined;
  const differences = other ? compared(doc, other) : [];
  const fields = mayStand(subject);
  const on = pathsOn(doc);
  const mine = doc.roles?.length ? doc.roles.map(role).join(', ') : labelOf(doc, language);
  const [first] = problems;
  return (
    <div className="form-foot">
      {other && (differences.length
        ? <><IconGitCompare size={15} stroke={1.75} /><span className="ellipsis">{t('forms.differs', { mine, count: differences.length })}</span><button type="button" className="link-button" onClick={() => setOpened(true)}>{t('forms.show')}</button></>
        : <span className="dim">{t('forms.same', { mine })}</span>)}
      {first && <button type="button" className="link-button row gap-6 form-first-problem" onClick={() => { setLook({ isPreview: false }); choose(nodeOf(doc, first.path)); }}><IconAlertTriangle size={14} stroke={1.75} className={first.severity === 'warning' ? 'warn' : 'bad'} /><span className="ellipsis">{first.message}</span></button>}
      <span className="grow" />
      <span className="dim numbers">{t('forms.fields_on', { on: fields.filter((field) => on.has(field.name)).length, all: fields.length })}</span>
      {other && (
        <Drawer opened={opened} onClose={() => setOpened(false)} position="right" size={440} title={t('forms.differs', { mine, count: differences.length })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
          <ul className="problem-list">{differences.map((one, at) => <li key={at}><Line one={one} onGo={() => { setOpened(false); setLook({ isPreview: false }); choose(one.what === 'missing' ? undefined : one.at); }} /></li>)}</ul>
        </Drawer>
      )}
    </div>
  );
}

function Line({ one, onGo }: { one: FormDifference; onGo: () => void }) {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const label = usePartLabel();
  return (
    <button type="button" className="problem-line" onClick={onGo}>
      <span className={`tag change-${one.what === 'added' ? 'added' : one.what === 'missing' ? 'removed' : 'changed'}`}>{t(`forms.is_${one.what}`)}</span>
      <span className="grow medium">{one.node ? label(one.node, doc.entity) : t(`forms.${one.what}`)}</span>
    </button>
  );
}
