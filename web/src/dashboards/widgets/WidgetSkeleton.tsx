import type { Size, Widget } from '../types';

const BARS = [64, 82, 48, 90, 72, 58, 96, 40];

/** Grey bars in the layout of what is on its way. */
export function WidgetSkeleton({ widget, label, size }: { widget: Widget; label: string; size: Size }) {
  const lines = Math.max(2, Math.floor((size.height - 64) / 40));
  if (widget.type === 'indicator') {
    return (
      <section className="card widget-indicator" aria-label={label} aria-busy>
        <h2 className="widget-indicator-label ellipsis">{label}</h2>
        <div className="row widget-indicator-main"><span className="skeleton" style={{ width: 110, height: 24 }} /></div>
        <span className="skeleton" style={{ width: '100%', height: 6, marginTop: 8 }} />
      </section>
    );
  }
  const isUpright = widget.type === 'chart' && ['bar', 'line', 'area', 'scatter'].includes(widget.chart);
  return (
    <section className="card widget" aria-label={label} aria-busy>
      <div className="widget-head"><h2 className="section-title ellipsis">{label}</h2></div>
      {isUpright
        ? <div className="skeleton-columns" aria-hidden>{BARS.slice(0, 6).map((height) => <span key={height} className="skeleton" style={{ height: `${height}%` }} />)}</div>
        : <div className="skeleton-lines" aria-hidden>{Array.from({ length: Math.min(lines, 8) }, (_, at) => <span key={at} className="skeleton" style={{ width: widget.type === 'chart' ? `${BARS[at % BARS.length]}%` : '100%' }} />)}</div>}
    </section>
  );
}
