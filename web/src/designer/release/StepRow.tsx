import { Button, CopyButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconChevronDown, IconChevronRight, IconCopy, IconDatabase } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { EntityIcon } from '@/ui/EntityIcon';
import { Avatar } from '@/ui/marks';
import { diffDocs } from '../model/diff';
import { classOf } from '../model/plan';
import { splitKey, type Problem, type Step } from '../model/types';
import { useDocumentTitle } from '../state/places';
import { useStudio } from '../state/StudioProvider';
import { DifferenceLines } from './DifferenceLines';

const ICONS: Record<string, string> = { role: 'lock', application: 'apps', choice_set: 'list-check', entity: 'table' };

/** One step: a sentence, the rows it touches, its class; inside, what differs and the SQL. */
export function StepRow({ step, warnings, open }: { step: Step; warnings: Problem[]; open: boolean }) {
  const { t } = useTranslation('studio');
  const { bench, state, entity, changed } = useStudio();
  const title = useDocumentTitle();
  const [opened, setOpened] = useState(open);
  const [sql, setSql] = useState(false);
  const kind = classOf(step);
  const target = step.document ? splitKey(step.document) : undefined;
  const icon = target?.kind === 'entity' ? entity(target.name)?.icon ?? 'table' : ICONS[target?.kind ?? ''] ?? 'table';
  const author = step.document ? state.items.get(step.document)?.updated_by?.title : undefined;
  const thing = title({ document: step.document });
  const bold = step.document && step.summary.startsWith(thing) ? thing : '';
  const rows = step.rows_affected ? t(kind === 'hides' ? 'release.values' : 'release.rows', { count: step.rows_affected, number: step.rows_affected.toLocaleString(currentLocale()) }) : '';
  const text = step.sql.join(';\n') + (step.sql.length ? ';' : '');
  const before = step.document ? state.published.get(step.document) : undefined;
  const after = step.document ? state.documents.get(step.document) : undefined;

  return (
    <li className="step">
      <button type="button" className="step-head" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        {opened ? <IconChevronDown size={15} stroke={1.75} className="dim" /> : <IconChevronRight size={15} stroke={1.75} className="dim" />}
        <span className="mark hue-slate" style={{ width: 26, height: 26, borderRadius: 6 }}><EntityIcon name={icon} size={15} /></span>
        <span className="grow step-text">{bold && <span className="strong">{bold}</span>}<span className={bold ? 'muted' : ''}>{step.summary.slice(bold.length)}</span></span>
        <span className="size-12 muted numbers step-rows">{rows}</span>
        <span className={`risk risk-${kind}`}>{t(`class.${kind}`)}</span>
        {author && <span title={author}><Avatar name={author} size={22} /></span>}
      </button>
      {opened && (
        <div className="step-body">
          {warnings.map((warning, index) => <div key={index} className="notice warning small"><IconAlertTriangle size={15} stroke={1.75} className="warn" /><span>{warning.message}</span></div>)}
          {kind === 'hides' && <p className="hint">{t('release.kept', { number: state.revision })}</p>}
          {step.document && <DifferenceLines differences={diffDocs(before, after)} />}
          <div className="row gap-8 step-actions">
            {text && <Button size="compact-xs" variant="subtle" leftSection={<IconDatabase size={14} stroke={1.75} />} aria-expanded={sql} onClick={() => setSql(!sql)}>{t('release.sql')}</Button>}
            {step.document && changed.has(step.document) && <Button size="compact-xs" variant="subtle" data-danger leftSection={<IconArrowBackUp size={14} stroke={1.75} />} onClick={() => bench.revert(step.document!)}>{t('release.discard_this', { name: thing })}</Button>}
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
