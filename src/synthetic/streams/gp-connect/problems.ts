import { isoDay, isoInstant } from "../../calendar.ts";
import type { Life } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { CARE, coded, profile } from "./stu3.ts";

/** Problem headers with their significance. */
export function problems(record: PracticeRecord, life: Life): void {
  for (const condition of life.conditions) {
    record.resource("problems", {
      resourceType: "Condition",
      meta: profile("ProblemHeader-Condition-1"),
      extension: [{ url: `${CARE}ProblemSignificance-1`, valueCode: condition.significance }],
      identifier: record.cross(),
      clinicalStatus: condition.ended === null ? "active" : "inactive",
      category: [
        {
          coding: [
            {
              system: "http://hl7.org/fhir/condition-category",
              code: "problem-list-item",
              display: "Problem List Item",
            },
          ],
        },
      ],
      code: coded(condition.display, condition.code),
      subject: record.subject,
      onsetDateTime: isoDay(condition.onset),
      ...(condition.ended === null ? {} : { abatementDateTime: isoDay(condition.ended) }),
      assertedDate: isoInstant(condition.onset),
      asserter: record.practitioner,
    });
  }
}
