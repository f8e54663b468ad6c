import { isoInstant } from "../../calendar.ts";
import type { AllergyFact, Life } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { coded, GPC, profile, type Stu3 } from "./stu3.ts";

/** Allergies, the coded "none known", or the note that nobody asked; ended ones go into a list of their own. */
export function allergies(record: PracticeRecord, life: Life): void {
  if (life.allergyState === "not-asked") record.notAsked();
  if (life.allergyState === "asserted") {
    record.resource("allergies", {
      resourceType: "AllergyIntolerance",
      meta: profile("AllergyIntolerance-1"),
      clinicalStatus: "active",
      verificationStatus: "unconfirmed",
      code: coded("No known allergies", "716186003"),
      patient: record.subject,
      assertedDate: isoInstant(life.consultations[0]?.at ?? record.at),
      recorder: record.practitioner,
      identifier: record.cross(),
    });
  }
  for (const fact of life.allergies) {
    if (fact.ended === null) record.resource("allergies", allergy(record, fact));
    else record.ended(allergy(record, fact));
  }
}

function allergy(record: PracticeRecord, fact: AllergyFact): Stu3 {
  return {
    resourceType: "AllergyIntolerance",
    meta: profile("AllergyIntolerance-1"),
    identifier: record.cross(),
    clinicalStatus: fact.ended === null ? "active" : "resolved",
    ...(fact.ended === null
      ? {}
      : {
          extension: [
            {
              url: `${GPC}AllergyIntoleranceEnd-1`,
              extension: [
                { url: "endDate", valueDateTime: isoInstant(fact.ended) },
                { url: "reasonEnded", valueString: "Tolerated since" },
              ],
            },
          ],
        }),
    verificationStatus: "unconfirmed",
    category: [fact.category],
    code: coded(fact.substance, fact.code),
    patient: record.subject,
    assertedDate: isoInstant(fact.recorded),
    recorder: record.practitioner,
    reaction: [{ manifestation: [coded(fact.reaction, fact.reactionCode)], severity: fact.severity }],
  };
}
