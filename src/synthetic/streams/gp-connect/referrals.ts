import { isoInstant } from "../../calendar.ts";
import type { Life } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { UBRN } from "../fhir.ts";
import { profile } from "./stu3.ts";

/** Outbound referrals to hospital clinics. */
export function referrals(record: PracticeRecord, life: Life): void {
  for (const clinic of life.clinics) {
    record.resource("referrals", {
      resourceType: "ReferralRequest",
      meta: profile("ReferralRequest-1"),
      identifier: [...record.cross(), ...(clinic.request === undefined ? [] : [{ system: UBRN, value: clinic.request }])],
      status: "active",
      intent: "order",
      priority: "routine",
      subject: record.subject,
      authoredOn: isoInstant(clinic.referred),
      requester: { agent: record.practitioner },
      recipient: [{ display: `${clinic.specialty} outpatients` }],
      reasonCode: [{ text: `Referral to ${clinic.specialty.toLowerCase()}` }],
      description: `Please see for ${clinic.specialty.toLowerCase()} opinion`,
    });
  }
}
