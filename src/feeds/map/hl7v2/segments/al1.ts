/** AL1 and IAM[AllergyIntolerance]. Both name an allergy of a patient by its substance, so that one takes back what the other said. */
import type { Hl7Segment } from "#standards";
import { ALLERGY_CATEGORY, ALLERGY_SEVERITY, ALLERGY_STATUS, ALLERGY_TYPE } from "../codes/tables.ts";
import { clinical, codeOf, concept, date, ei, nameWords, time } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";

const CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
const VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
const ALTERNATE = "http://hl7.org/fhir/StructureDefinition/alternate-codes";

export function allergies(reading: Hl7Reading): void {
  for (const al1 of reading.message.all("AL1")) allergy(reading, al1, { onset: date(al1, 6), clinicalStatus: status(CLINICAL, "active") });
  for (const iam of reading.message.all("IAM")) {
    const known = ALLERGY_STATUS[codeOf(iam, 17)];
    const isTakenBack = codeOf(iam, 6) === "D" || known?.verification === "entered-in-error";
    const recorder = nameWords(iam, 14);
    allergy(reading, iam, {
      onset: date(iam, 11),
      onsetString: iam.has(11) ? undefined : iam.text(12).trim(),
      // Deleted at its source: it stands as entered in error, with its history.
      clinicalStatus: isTakenBack ? undefined : status(CLINICAL, known?.clinical ?? "active"),
      verificationStatus: isTakenBack ? status(VERIFICATION, "entered-in-error") : known && status(VERIFICATION, known.verification),
      identifier: [ei(iam, 7)].filter((each) => each !== undefined),
      recordedDate: time(iam, 13, reading.zone),
      recorder: recorder && { type: !iam.has(15) ? "Practitioner" : codeOf(iam, 15) === "SEL" ? "Patient" : "RelatedPerson", display: iam.has(15) && codeOf(iam, 15) !== "SEL" ? `${recorder} (${iam.text(15, 2) || iam.text(15)})` : recorder },
    });
  }
}

function allergy(reading: Hl7Reading, segment: Hl7Segment, { onset, onsetString, ...more }: Record<string, unknown>): void {
  const inactive = segment.name === "IAM" && segment.has(27) && !segment.has(3) ? 27 : 3;
  const code = clinical(reading, segment, inactive);
  if (code === undefined) return;
  const kind = codeOf(segment, 2);
  const category = ALLERGY_CATEGORY[kind];
  const severity = ALLERGY_SEVERITY[codeOf(segment, 4)];
  const reactions = segment.repetitions(5).map((repetition) => segment.part(repetition, 1).trim() || segment.part(repetition, 2).trim()).filter(Boolean);
  reading.add(`${reading.localId}|AL1|${segment.text(inactive).trim() || code.text}`, resource("AllergyIntolerance", {
    ...more,
    type: ALLERGY_TYPE[kind],
    category: category && [category],
    _category: category && [{ extension: [{ url: ALTERNATE, valueCodeableConcept: concept(segment, 2) }] }],
    code,
    patient: reading.subject,
    onsetDateTime: onset,
    onsetString,
    reaction: reactions.length > 0 || severity ? [{ manifestation: reactions.length > 0 ? reactions.map((text) => ({ text })) : [{ text: "Reaction not stated" }], ...(severity && { severity }) }] : undefined,
  }));
}

const status = (system: string, code: string): Record<string, unknown> => ({ coding: [{ system, code }] });
