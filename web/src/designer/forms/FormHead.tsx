import { headerOf } from '@/card/CardHeader';
import { StageBar } from '@/card/StageBar';
import type { Layout } from '@/card/form/context';
import { useCatalog } from '@/catalog/useCatalog';
import { FieldValue } from '@/fields/FieldValue';
import { Mark } from '@/ui/marks';

/** What stands above the tabs of a card: the title, its facts, the stages. */
export function FormHead({ state }: { state: Layout }) {
  const catalog = useCatalog();
  const { entity, layout, form, title } = state;
  const stage = layout.stage ? catalog.field(entity.name, layout.stage) : undefined;
  return (
    <div className="form-head">
      <div className="row gap-12">
        <Mark name={title || entity.label} size={36} />
        <div className="grow">
          <div className="strong size-16 ellipsis">{title || entity.label}</div>
          <div className="row gap-6 muted card-facts">{headerOf(state, catalog).map(({ path, field, value }) => <span key={path} className="numbers" title={field.label}><FieldValue field={field} value={value} /></span>)}</div>
        </div>
      </div>
      {stage && state.variant !== 'phone' && <StageBar field={stage} value={form.values[stage.name]} />}
    </div>
  );
}
