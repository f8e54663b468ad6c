/** Documents of mapped messages leave their resources and are kept, before anything of the message is written. */
import { holdsDocuments, keepDocuments } from "#record";
import type { Resource } from "#standards";
import type { Mapped, MappedPatient, Mark, Patch } from "./mapped.ts";

/** The same with large documents taken out; what is odd about one is a mark. Throws where the document store is away: nothing has been written then. */
export async function withDocumentsAside(mapped: Mapped): Promise<{ mapped: Mapped; marks: readonly Mark[] }> {
  const marks: Mark[] = [];
  const binary = (url: string): Resource | undefined => mapped.targets?.get(url)?.resource ?? mapped.targets?.get(url.replace(/^.*\/(Binary\/)/, "$1"))?.resource;
  let changed = false;
  const patients: MappedPatient[] = [];
  for (const patient of mapped.patients) {
    const items: MappedPatient["items"][number][] = [];
    for (const item of patient.items) {
      if (!holdsDocuments(item.resource)) {
        items.push(item);
        continue;
      }
      const kept = await keepDocuments(item.resource, binary);
      marks.push(...kept.findings);
      if (kept.documents.length === 0) items.push(item);
      else {
        changed = true;
        items.push({ ...item, resource: kept.resource, documents: kept.documents });
      }
    }
    const patches: Patch[] = [];
    for (const patch of patient.patches ?? []) {
      const kept = patch.otherwise === undefined ? null : await keepDocuments(patch.otherwise, binary);
      if (kept !== null) marks.push(...kept.findings);
      if (kept === null || kept.documents.length === 0) patches.push(patch);
      else {
        changed = true;
        patches.push({ ...patch, otherwise: kept.resource, documents: kept.documents });
      }
    }
    patients.push({ ...patient, items, ...(patient.patches && { patches }) });
  }
  return { mapped: changed ? { ...mapped, patients } : mapped, marks };
}
