import { createHash } from "node:crypto";
import { isoDay, isoInstant } from "../../calendar.ts";
import type { Person } from "../../population/person.ts";
import type { Practice } from "../../region.ts";
import type { View } from "../../views/view.ts";
import { SNOMED } from "../fhir.ts";
import { patient, surgery } from "./patient.ts";
import { CROSS, GPC, profile, type Stu3 } from "./stu3.ts";

/** Words that the national specification gives to a list's warning. */
const WARNINGS = {
  "confidential-items": "Items excluded due to confidentiality and/or patient preferences.",
  "data-in-transit":
    "Patient record transfer from previous GP practice not yet complete; information recorded before 03-Mar-2026 may be missing.",
  "data-awaiting-filing":
    "Patient data may be incomplete as there is data supplied by a third party awaiting review before becoming available.",
} as const;
export type Warning = keyof typeof WARNINGS;

/** Clinical areas: code and term of the list, and its title where that differs. */
const AREAS = {
  allergies: ["886921000000105", "Allergies and adverse reactions"],
  medications: ["933361000000108", "Medications and medical devices"],
  immunisations: ["1102181000000102", "Immunisations"],
  problems: ["717711000000103", "Problems"],
  investigations: ["887191000000108", "Investigations and results"],
  referrals: ["792931000000107", "Outbound referral"],
  uncategorised: ["826501000000100", "Miscellaneous record", "Uncategorised data"],
  consultations: ["1149501000000101", "List of consultations"],
} as const;
export type Area = keyof typeof AREAS;

/**
 * Gathers the resources of one answer and the lists that name them, one a
 * clinical area, empty ones with their reason.
 */
export class PracticeRecord {
  readonly subject: { reference: string };
  /** When the practice answered. */
  readonly at: Date;
  readonly practitioner = { reference: "Practitioner/gp" };
  readonly #view: View;
  readonly #fixed: Stu3[];
  readonly #resources: Stu3[] = [];
  readonly #inLists = new Map<Area, string[]>();
  readonly #ended: Stu3[] = [];
  #notAsked = false;
  #count = 0;

  constructor(person: Person, view: View, practice: Practice, at: Date) {
    this.#view = view;
    this.at = at;
    this.subject = { reference: `Patient/${view.localId}` };
    this.#fixed = [patient(person, view, practice), ...surgery(practice, person)];
  }

  /** An identifier that other systems can keep, the same in every snapshot. */
  cross(): { system: string; value: string }[] {
    const digest = createHash("sha256")
      .update(`${this.#view.localId} ${this.#count + 1}`)
      .digest("hex");
    return [
      {
        system: CROSS,
        value: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
      },
    ];
  }

  /** Adds a resource under an id of its own and, with an area, to that area's list; gives back its reference. */
  resource(area: Area | null, resource: Stu3): string {
    const id = `${this.#view.localId}-${++this.#count}`;
    this.#resources.push({ ...resource, id });
    const address = `${resource.resourceType}/${id}`;
    if (area !== null) this.listIn(area, address);
    return address;
  }

  /** Names a resource in an area's list. */
  listIn(area: Area, address: string): void {
    this.#inLists.set(area, [...(this.#inLists.get(area) ?? []), address]);
  }

  /** Adds an allergy that is over: practices send these inside a list of their own. */
  ended(resource: Stu3): void {
    this.#ended.push({ ...resource, id: `${this.#view.localId}-${++this.#count}` });
  }

  /** Nobody asked about allergies: the empty list will say so. */
  notAsked(): void {
    this.#notAsked = true;
  }

  /** The answer: the practice, the patient, the resources and a list for every area. */
  bundle(warnings: Readonly<Partial<Record<Area, Warning>>>): Stu3 {
    const lists = (Object.keys(AREAS) as Area[]).map((area) => this.#list(area, warnings[area]));
    if (this.#ended.length > 0) {
      lists.push({
        resourceType: "List",
        meta: profile("List-1"),
        contained: this.#ended,
        status: "current",
        mode: "snapshot",
        title: "Ended allergies",
        code: { coding: [{ system: SNOMED, code: "1103671000000101", display: "Ended allergies" }] },
        subject: this.subject,
        entry: this.#ended.map((one) => ({ item: { reference: `#${String(one["id"])}` } })),
      });
    }
    return {
      resourceType: "Bundle",
      id: `${this.#view.localId}-${isoDay(this.at)}`,
      meta: { profile: ["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-StructuredRecord-Bundle-1"] },
      type: "collection",
      entry: [...this.#fixed, ...this.#resources, ...lists].map((resource) => ({ resource })),
    };
  }

  #list(area: Area, warning: Warning | undefined): Stu3 {
    const [code, display, title] = AREAS[area] as readonly [string, string, string?];
    const items = this.#inLists.get(area) ?? [];
    const notAsked = area === "allergies" && this.#notAsked && items.length === 0;
    const notes = [
      ...(warning === undefined ? [] : [{ text: WARNINGS[warning] }]),
      ...(items.length === 0 && !notAsked ? [{ text: "Information not available" }] : []),
    ];
    return {
      resourceType: "List",
      meta: profile("List-1"),
      extension: [
        {
          url: `${GPC}ClinicalSetting-1`,
          valueCodeableConcept: {
            coding: [{ system: SNOMED, code: "1060971000000108", display: "General practice service" }],
          },
        },
        ...(warning === undefined ? [] : [{ url: `${GPC}ListWarningCode-1`, valueCode: warning }]),
      ],
      status: "current",
      mode: "snapshot",
      title: title ?? display,
      code: { coding: [{ system: SNOMED, code, display }] },
      subject: this.subject,
      date: isoInstant(this.at),
      orderedBy: { coding: [{ system: "http://hl7.org/fhir/list-order", code: "event-date" }] },
      ...(notes.length === 0 ? {} : { note: notes }),
      ...(items.length > 0
        ? { entry: items.map((reference) => ({ item: { reference } })) }
        : {
            emptyReason: notAsked
              ? {
                  coding: [{ system: "http://hl7.org/fhir/list-empty-reason", code: "notasked", display: "Not Asked" }],
                  text: "Allergies not asked about",
                }
              : {
                  coding: [
                    {
                      system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-ListEmptyReasonCode-1",
                      code: "no-content-recorded",
                      display: "No Content Recorded",
                    },
                  ],
                  text: "No content recorded",
                },
          }),
    };
  }
}
