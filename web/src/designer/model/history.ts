/** Unlimited undo: versions of documents and names, one act after another. */

export interface Change<T> {
  key: string;
  before: T | undefined | null;
  after: T | undefined | null;
}

export interface Act<T> {
  changes: Change<T>[];
  /** Keys of an entity or a dataset; the acts before it were done under the old one, those after it under the new. */
  rename?: { from: string; to: string };
  /** Acts with the same mark that follow one another within a moment are one act: typing a label. */
  mark?: string;
  at: number;
}

const MOMENT = 1500;

export class History<T> {
  private done: Act<T>[] = [];
  private undone: Act<T>[] = [];

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  push(act: Act<T>): void {
    this.undone = [];
    const last = this.done[this.done.length - 1];
    if (last && act.mark && last.mark === act.mark && act.at - last.at < MOMENT) {
      last.changes = merge(last.changes, act.changes);
      last.at = act.at;
      return;
    }
    this.done.push(act);
  }

  /** Takes the last act back; its changes come in the order in which they are to be undone. */
  undo(): Act<T> | undefined {
    const act = this.done.pop();
    if (!act) return undefined;
    this.undone.push(act);
    return { ...act, changes: [...act.changes].reverse() };
  }

  redo(): Act<T> | undefined {
    const act = this.undone.pop();
    if (!act) return undefined;
    this.done.push({ ...act, mark: undefined });
    return act;
  }

  clear(): void {
    this.done = [];
    this.undone = [];
  }
}

function merge<T>(older: Change<T>[], newer: Change<T>[]): Change<T>[] {
  const merged = [...older];
  for (const change of newer) {
    const at = merged.findIndex((other) => other.key === change.key);
    if (at < 0) merged.push(change);
    else merged[at] = { ...merged[at]!, after: change.after };
  }
  return merged;
}
