import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { isNumeric } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { parseUnits, unitsToText } from '@/expression/decimal';
import { formatValue } from '@/fields/format';
import { formatDecimal } from '@/fields/numbers';
import { isTotalled, lineFields } from './lines';

type Line = Record<string, unknown>;

/** Lines in little: the name, the numbers in between, the sum. */
export function PeekLines({ field, lines, phone = false }: { field: Field; lines: Line[]; phone?: boolean }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const fields = lineFields(catalog, field);
  const name = fields.find((item) => ['link', 'text', 'long_text'].includes(item.type));
  const sum = fields.find(isTotalled);
  const between = fields.filter((item) => isNumeric(item) && item !== sum).slice(0, 2);
  const text = (item: Field, value: unknown) => (item.type === 'money' && value ? formatDecimal(String(value), item.scale ?? 2) : formatValue(item, value));
  const total = sum && unitsToText(lines.reduce((all, line) => all + (parseUnits(String(line[sum.name] ?? '')) ?? 0n), 0n));
  return (
    <>
      <div className="section-title" style={{ margin: phone ? '14px 16px 6px' : '14px 0 6px' }}>{field.label} <span className="dim medium">{lines.length}</span></div>
      <div className={phone ? undefined : 'card'} style={{ overflow: 'hidden', background: 'var(--surface)', borderBlock: phone ? '1px solid var(--border)' : undefined }}>
        {lines.map((line, index) => (
          <div key={String(line.id ?? index)} className="row numbers" style={{ minHeight: phone ? 48 : 32, padding: phone ? '0 16px' : '0 12px', borderBottom: '1px solid var(--hairline)' }}>
            <span className="grow ellipsis">{name ? formatValue(name, line[name.name]) : index + 1}</span>
            <span className="dim right nowrap" style={{ paddingLeft: 8 }}>{between.map((item) => text(item, line[item.name])).filter(Boolean).join(' × ')}</span>
            {sum && <span className="medium right" style={{ width: 96 }}>{text(sum, line[sum.name])}</span>}
          </div>
        ))}
        {lines.length === 0 && <div className="dim" style={{ padding: '6px 12px' }}>{t('lines.none')}</div>}
        {sum && total && lines.length > 0 && <div className="row between numbers" style={{ height: 34, padding: phone ? '0 16px' : '0 12px', background: 'var(--bg)' }}><span className="muted medium">{t('lines.total')}</span><span className="strong">{formatDecimal(total, sum.scale ?? 2)}</span></div>}
      </div>
    </>
  );
}
