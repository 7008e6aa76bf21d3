import { Button, CopyButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconChevronDown, IconChevronRight, IconCopy, IconDatabase } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { EntityIcon } from '@/ui/EntityIcon';
import { Avatar } from '@/ui/marks';
import type { PlanRow } from '../model/plan';
import { splitKey } from '../model/types';
import { useDocumentTitle } from '../state/places';
import { useStudio } from '../state/StudioProvider';
import { useDifferenceWords } from './useDifferenceWords';

const ICONS: Record<string, string> = { role: 'lock', script: 'code', application: 'apps', choice_set: 'list-check', entity: 'table', dashboard: 'layout-dashboard', form: 'forms' };

/** One change: a sentence, the rows it touches, its class; inside, the warnings about it, what else follows and the SQL. */
export function StepRow({ row, open }: { row: PlanRow; open: boolean }) {
  const { t } = useTranslation('studio');
  const { bench, state, entity, changed } = useStudio();
  const words = useDifferenceWords();
  const title = useDocumentTitle();
  const [opened, setOpened] = useState(open);
  const [sql, setSql] = useState(false);
  const { document, difference, said, steps, warnings, class: kind } = row;
  const target = document ? splitKey(document) : undefined;
  const icon = target?.kind === 'entity' ? entity(target.name)?.icon ?? 'table' : ICONS[target?.kind ?? ''] ?? 'table';
  const author = document ? state.items.get(document)?.updated_by?.title : undefined;
  const thing = title({ document });
  const bold = !said && document ? `${thing}: ` : '';
  const sentence = said?.summary ?? (difference ? words(difference) : t('change.changed'));
  const affected = Math.max(0, ...steps.map((step) => step.rows_affected ?? 0));
  const rows = affected ? t(kind === 'hides' ? 'release.values' : 'release.rows', { count: affected, number: affected.toLocaleString(currentLocale()) }) : '';
  const statements = steps.flatMap((step) => step.sql);
  const text = statements.join(';\n') + (statements.length ? ';' : '');

  return (
    <li className="step">
      <button type="button" className="step-head" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        {opened ? <IconChevronDown size={15} stroke={1.75} className="dim" /> : <IconChevronRight size={15} stroke={1.75} className="dim" />}
        <span className="mark hue-slate" style={{ width: 26, height: 26, borderRadius: 6 }}><EntityIcon name={icon} size={15} /></span>
        <span className="grow step-text">{bold && <span className="strong">{bold}</span>}<span className={bold ? 'muted' : ''}>{sentence}</span></span>
        <span className="size-12 muted numbers step-rows">{rows}</span>
        <span className={`risk risk-${kind}`}>{t(`class.${kind}`)}</span>
        {author && <span title={author}><Avatar name={author} size={22} /></span>}
      </button>
      {opened && (
        <div className="step-body">
          {warnings.map((warning, index) => <div key={index} className="notice warning small"><IconAlertTriangle size={15} stroke={1.75} className="warn" /><span>{warning.message}</span></div>)}
          {kind === 'hides' && <p className="hint">{t('release.kept', { number: state.revision })}</p>}
          {steps.filter((step) => step !== said && step.code !== 'plan.change_document').map((step, index) => <p key={index} className="hint no-margin">{step.summary}</p>)}
          <div className="row gap-8 step-actions">
            {text && <Button size="compact-xs" variant="subtle" leftSection={<IconDatabase size={14} stroke={1.75} />} aria-expanded={sql} onClick={() => setSql(!sql)}>{t('release.sql')}</Button>}
            {document && changed.has(document) && <Button size="compact-xs" variant="subtle" data-danger leftSection={<IconArrowBackUp size={14} stroke={1.75} />} onClick={() => bench.revert(document)}>{t('release.discard_this', { name: thing })}</Button>}
          </div>
          {sql && (
            <div className="sql">
              <div className="sql-head"><IconDatabase size={14} stroke={1.75} className="dim" /><span className="size-12 medium muted grow">{t('release.sql_title')}</span>
                <CopyButton value={text}>{({ copy, copied }) => <Button size="compact-xs" variant="subtle" leftSection={<IconCopy size={14} stroke={1.75} />} onClick={copy}>{t(copied ? 'release.copied' : 'release.copy')}</Button>}</CopyButton>
              </div>
              <pre className="mono" tabIndex={0}>{text}</pre>
            </div>
          )}
        </div>
      )}
    </li>
  );
}
