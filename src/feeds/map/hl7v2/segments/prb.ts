/** PRB[Condition]: a problem of the problem list, added, changed or deleted (PPR). HL7's guide has no map of it. */
import { clinical, codeOf, concept, ei, time } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";

/** PC3 deletes, and so does PRB-1 in any event. */
export function problems(reading: Hl7Reading, trigger: string): void {
  const { zone } = reading;
  for (const prb of reading.message.all("PRB")) {
    const code = clinical(reading, prb, 3);
    if (code === undefined) continue;
    const action = codeOf(prb, 1);
    const isTakenBack = trigger === "PC3" || action === "DE" || action === "D";
    const resolved = time(prb, 9, zone);
    const id = ei(prb, 4);
    const confirmation = `${prb.text(13)} ${prb.text(13, 2)}`.toLowerCase();
    const life = `${prb.text(14)} ${prb.text(14, 2)}`.toLowerCase();
    const clinicalStatus = resolved || /resolv|\bR\b/i.test(life) ? "resolved" : /inactive/.test(life) ? "inactive" : "active";
    reading.add(`${reading.localId}|PRB|${id?.value ?? (prb.text(3).trim() || code.text)}`, resource("Condition", {
      identifier: [id].filter((each) => each !== undefined),
      clinicalStatus: isTakenBack ? undefined : { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: clinicalStatus }] },
      verificationStatus: verification(isTakenBack ? "entered-in-error" : /provisional|working|suspect/.test(confirmation) ? "provisional" : /unconfirm/.test(confirmation) ? "unconfirmed" : /confirm/.test(confirmation) ? "confirmed" : null),
      category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-category", code: "problem-list-item", display: "Problem List Item" }] }],
      severity: concept(prb, 25) ?? concept(prb, 26),
      code,
      subject: reading.subject,
      encounter: reading.encounter,
      ...(prb.has(16) ? { onsetDateTime: time(prb, 16, zone) } : { onsetString: prb.text(17).trim() }),
      abatementDateTime: resolved,
      recordedDate: time(prb, 7, zone) ?? time(prb, 2, zone),
    }));
  }
}

const verification = (code: string | null): Record<string, unknown> | undefined => (code === null ? undefined : { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-ver-status", code, display: `${code[0]!.toUpperCase()}${code.slice(1)}` }] });
