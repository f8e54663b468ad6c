/** AL1[AllergyIntolerance], DG1[Condition], PR1[Procedure]. */
import type { ItemToStore } from "#record";
import type { Hl7Message } from "#standards";
import { concept, professional, time } from "../datatypes/index.ts";

const CATEGORY: Readonly<Record<string, string>> = { DA: "medication", FA: "food", EA: "environment", LA: "environment", AA: "environment", PA: "environment" };
const SEVERITY: Readonly<Record<string, string>> = { SV: "severe", MO: "moderate", MI: "mild" };
const CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";

export function allergies(message: Hl7Message, localId: string, zone: string): ItemToStore[] {
  return message.all("AL1").flatMap((al1) => {
    const code = concept(al1, 3);
    if (code === undefined) return [];
    const reaction = al1.text(5).trim();
    const severity = SEVERITY[al1.text(4).toUpperCase()];
    const onset = time(al1, 6, zone);
    const category = CATEGORY[al1.text(2).toUpperCase()];
    return [
      {
        sourceKey: `${localId}|AL1|${code.coding?.[0]?.code ?? code.text}`,
        resource: {
          resourceType: "AllergyIntolerance",
          clinicalStatus: { coding: [{ system: CLINICAL, code: "active" }] },
          ...(category && { category: [category] }),
          code,
          patient: { reference: `Patient/${localId}` },
          ...(onset && { onsetDateTime: onset }),
          ...((reaction || severity) && { reaction: [{ manifestation: [{ text: reaction || "Reaction not stated" }], ...(severity && { severity }) }] }),
        },
      },
    ];
  });
}

export function conditions(message: Hl7Message, localId: string, visit: string | null, zone: string): ItemToStore[] {
  return message.all("DG1").flatMap((dg1) => {
    const code = concept(dg1, 3) ?? (dg1.text(4) ? { text: dg1.text(4) } : undefined);
    if (code === undefined) return [];
    const recorded = time(dg1, 5, zone);
    const who = professional(dg1, 16);
    return [
      {
        sourceKey: `${visit ?? localId}|DG1|${code.coding?.[0]?.code ?? code.text}`,
        resource: {
          resourceType: "Condition",
          clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
          category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-category", code: "encounter-diagnosis", display: "Encounter Diagnosis" }] }],
          code,
          subject: { reference: `Patient/${localId}` },
          ...(visit && { encounter: { reference: `Encounter/${visit}` } }),
          ...(recorded && { recordedDate: recorded }),
          ...(who && { recorder: { display: who } }),
        },
      },
    ];
  });
}

export function procedures(message: Hl7Message, localId: string, visit: string | null, zone: string): ItemToStore[] {
  return message.all("PR1").flatMap((pr1) => {
    const code = concept(pr1, 3) ?? (pr1.text(4) ? { text: pr1.text(4) } : undefined);
    if (code === undefined) return [];
    const performed = time(pr1, 5, zone);
    const who = professional(pr1, 11) ?? professional(pr1, 12);
    return [
      {
        sourceKey: `${visit ?? localId}|PR1|${code.coding?.[0]?.code ?? code.text}|${pr1.text(5)}`,
        resource: {
          resourceType: "Procedure",
          status: "completed",
          code,
          subject: { reference: `Patient/${localId}` },
          ...(visit && { encounter: { reference: `Encounter/${visit}` } }),
          ...(performed && { performedDateTime: performed }),
          ...(who && { performer: [{ actor: { display: who } }] }),
        },
      },
    ];
  });
}
