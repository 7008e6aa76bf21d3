import { Avatar, Badge, Mark } from '@/ui/marks';
import type { Hue } from '@/ui/hue';

const ROWS: [string, string, Hue, number, string][] = [
  ['Ernst Handel', '86,400', 'amber', 92, 'Anna Kotova'], ['Волга-Агро', '61,320', 'violet', 118, 'Мария Лебедева'], ['QUICK-Stop', '148,900', 'amber', 104, 'Dmitry Orlov'],
  ['Самара Кабель', '44,880', 'slate', 130, 'Олег Савин'], ['Piccolo und mehr', '12,360', 'cyan', 96, 'Helena Fischer'], ['Казань Хлеб', '58,240', 'green', 122, 'Anna Kotova'],
  ['Alfreds Futterkiste', '112,600', 'violet', 110, 'Мария Лебедева'], ['Берег Фуд', '15,940', 'cyan', 84, 'Олег Савин'],
];

/** A drawing of a list, for the first page only: no data, no names of the company. */
export function Preview() {
  return (
    <div className="first-preview" aria-hidden>
      <div className="first-preview-rail">{[70, 96, 60, 88, 74, 66].map((width, index) => <span key={index} className="skeleton" style={{ width, height: 8, opacity: index === 1 ? 1 : 0.7, background: index === 1 ? 'var(--primary-line)' : undefined }} />)}</div>
      <div className="grow">
        <div className="first-preview-head"><span className="skeleton" style={{ width: 80 }} /></div>
        {ROWS.map(([company, amount, hue, width, person]) => (
          <div key={company} className="first-preview-row">
            <span className="skeleton" style={{ width }} /><span className="grow" /><span className="row gap-6" style={{ width: 170 }}><Mark name={company} /><span className="muted ellipsis">{company}</span></span>
            <Badge hue={hue}><span style={{ display: 'inline-block', width: 46, height: 6, borderRadius: 4, background: 'currentColor', opacity: 0.5 }} /></Badge><span className="numbers medium right" style={{ width: 72 }}>{amount}</span><Avatar name={person} size={22} />
          </div>
        ))}
      </div>
    </div>
  );
}
