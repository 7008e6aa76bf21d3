import type { Subject } from '../model/dashboardStart';
import { useStudio } from '../state/StudioProvider';

/** An entity, dataset or register as the draft has it, with its names in both languages. */
export function useSubject(): (name: string | undefined) => Subject | undefined {
  const { entity, draftCatalog, language } = useStudio();
  return (name) => {
    const [view, found] = [entity(name), draftCatalog().entity(name)];
    return view && found && { entity: found, doc: view.doc, language };
  };
}
