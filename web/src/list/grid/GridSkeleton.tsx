import { useEffect, useState } from 'react';
import { type Column, templateOf } from '../columns';

const ROWS = [150, 118, 172, 104, 140, 160, 126, 96, 148, 110];

/** Grey bars in the columns to come; nothing for the first 300 ms. */
export function GridSkeleton({ columns }: { columns: Column[] }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return <div className="grow" />;
  const template = templateOf(columns);
  return (
    <div className="grow" aria-busy style={{ overflow: 'hidden' }}>
      <div className="grid-head" style={{ gridTemplateColumns: template }} />
      {ROWS.map((width, index) => (
        <div key={index} className="grid-row-cells" style={{ gridTemplateColumns: template, height: 36, borderBottom: '1px solid var(--hairline)', opacity: 1 - index * 0.09 }}>
          <span />
          {columns.map((column) => <span key={column.path} className={column.right ? 'grid-cell right' : 'grid-cell'}><span className="skeleton" style={column.field.type === 'choice' ? { width: 72, height: 18, borderRadius: 4 } : { width: column.title ? width : '60%' }} /></span>)}
        </div>
      ))}
    </div>
  );
}
