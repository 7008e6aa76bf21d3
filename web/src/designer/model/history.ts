/** Unlimited undo: versions of documents, one act after another. */

export interface Change<T> {
  key: string;
  before: T | undefined | null;
  after: T | undefined | null;
}

export interface Act<T> {
  changes: Change<T>[];
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

  push(changes: Change<T>[], at: number, mark?: string): void {
    this.undone = [];
    const last = this.done[this.done.length - 1];
    if (last && mark && last.mark === mark && at - last.at < MOMENT) {
      last.changes = merge(last.changes, changes);
      last.at = at;
      return;
    }
    this.done.push({ changes, mark, at });
  }

  undo(): Change<T>[] | undefined {
    const act = this.done.pop();
    if (!act) return undefined;
    this.undone.push(act);
    return [...act.changes].reverse();
  }

  redo(): Change<T>[] | undefined {
    const act = this.undone.pop();
    if (!act) return undefined;
    this.done.push({ ...act, mark: undefined });
    return act.changes;
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
