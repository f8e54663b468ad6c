import { LABEL_SYSTEM, SECTION_TAG, type Label, type SectionId } from "#standards";
import { isoInstant } from "../calendar.ts";
import type { MedicineFact } from "../population/life.ts";
import type { Person } from "../population/person.ts";
import type { View } from "../views/view.ts";

export type Resource = { resourceType: string; id?: string; [field: string]: unknown };

const OWN = "https://kmcr.org.uk/StructureDefinition/";
const UK = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";
const UK_SYSTEM = "https://fhir.hl7.org.uk/CodeSystem/UKCore-";
/** Unique booking reference number of the national e-Referral Service. */
export const UBRN = "https://fhir.nhs.uk/Id/UBRN";
export const SNOMED = "http://snomed.info/sct";

/** `meta` with the section and labels that a sender of this region states; none where it states neither. */
export function meta(section: SectionId | null, labels: readonly Label[] = []): Record<string, unknown> | undefined {
  if (section === null && labels.length === 0) return undefined;
  return {
    ...(section === null ? {} : { tag: [{ system: SECTION_TAG, code: section }] }),
    ...(labels.length === 0 ? {} : { security: labels.map((code) => ({ system: LABEL_SYSTEM, code })) }),
  };
}

/** A coded concept, or plain words where the code is not known for sure. */
export function concept(display: string, code: string | null, system: string = SNOMED): Record<string, unknown> {
  return code === null ? { text: display } : { coding: [{ system, code, display }], text: display };
}

/** R4 Patient of one organisation's view, UK Core style. */
export function patientOf(
  view: View,
  person: Person,
  practice: { ods: string; name: string } | undefined,
  labels: readonly Label[] = [],
): Resource {
  const number =
    view.nhsNumber === null
      ? []
      : [
          {
            system: "https://fhir.nhs.uk/Id/nhs-number",
            value: view.nhsNumber,
            extension: [
              {
                url: `${UK}NHSNumberVerificationStatus`,
                valueCodeableConcept: {
                  coding: [{ system: `${UK_SYSTEM}NHSNumberVerificationStatusEngland`, code: view.status }],
                },
              },
            ],
          },
        ];
  const kin = person.nextOfKin;
  return {
    resourceType: "Patient",
    id: view.localId,
    ...(labels.length === 0 ? {} : { meta: meta(null, labels) }),
    extension: [
      {
        url: `${UK}EthnicCategory`,
        valueCodeableConcept: { coding: [{ system: `${UK_SYSTEM}EthnicCategoryEngland`, code: person.ethnicity }] },
      },
    ],
    identifier: [...number, { system: `https://fhir.example.nhs.uk/Id/${view.feed}`, value: view.localId }],
    name: [{ use: "official", family: view.family, given: view.given, prefix: [view.title] }],
    ...(view.phone === null
      ? {}
      : { telecom: [{ system: "phone", value: view.phone, use: view.phone.startsWith("07") ? "mobile" : "home" }] }),
    gender: view.sex,
    birthDate: view.birthDate,
    ...(person.deceased === null ? {} : { deceasedDateTime: person.deceased }),
    ...(view.address === null
      ? {}
      : {
          address: [
            {
              use: "home",
              line: [view.address.line],
              city: view.address.town,
              district: view.address.county,
              postalCode: view.address.postcode,
            },
          ],
        }),
    ...(kin === null
      ? {}
      : {
          contact: [
            {
              relationship: [{ text: kin.relationship }],
              name: { text: kin.name },
              telecom: [{ system: "phone", value: kin.phone }],
            },
          ],
        }),
    ...(practice === undefined || person.protectedAddress
      ? {}
      : {
          generalPractitioner: [
            {
              identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: practice.ods },
              display: practice.name,
            },
          ],
        }),
  };
}

/** A transaction that puts each resource under the source's own id. */
export function putBundle(resources: readonly Resource[], at: Date): Buffer {
  const entry = resources.map((resource) => ({
    fullUrl: `https://source.example.nhs.uk/fhir/${resource.resourceType}/${resource.id!}`,
    resource,
    request: { method: "PUT", url: `${resource.resourceType}/${resource.id!}` },
  }));
  return Buffer.from(JSON.stringify({ resourceType: "Bundle", type: "transaction", timestamp: isoInstant(at), entry }));
}

/**
 * A transaction that posts: ids are `urn:uuid:` full addresses, references
 * inside follow them, and each resource carries the source's identifier.
 */
export function postBundle(resources: readonly Resource[], at: Date, uuid: () => string): Buffer {
  const addresses = new Map(resources.map((one) => [`${one.resourceType}/${one.id!}`, `urn:uuid:${uuid()}`]));
  const follow = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(follow);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        name === "reference" ? (addresses.get(inner as string) ?? inner) : follow(inner),
      ]),
    );
  };
  const entry = resources.map((resource) => {
    const { id, ...fields } = follow(resource) as Resource;
    const own = { system: "https://source.example.nhs.uk/Id", value: id };
    // R4 gives a questionnaire's answers one identifier, everything else here a list.
    const identifier = fields["identifier"] ?? (resource.resourceType === "QuestionnaireResponse" ? own : [own]);
    return {
      fullUrl: addresses.get(`${resource.resourceType}/${id!}`),
      resource: { ...fields, identifier },
      request: { method: "POST", url: resource.resourceType },
    };
  });
  return Buffer.from(JSON.stringify({ resourceType: "Bundle", type: "transaction", timestamp: isoInstant(at), entry }));
}

/** Builders of what one source says about one person; ids count up within the source. */
export class Writer {
  readonly resources: Resource[] = [];
  readonly #subject: { reference: string };
  readonly #prefix: string;
  #count: number;

  constructor(view: View, prefix: string, start = 0) {
    this.#subject = { reference: `Patient/${view.localId}` };
    this.#prefix = `${view.localId}-${prefix}`;
    this.#count = start;
  }

  /** A reference to whom the resources are about. */
  get subject(): { reference: string } {
    return this.#subject;
  }

  /** Adds a resource with the subject and an id of its own; gives it back. */
  add(resourceType: string, fields: Record<string, unknown>, subject = "subject"): Resource {
    const resource: Resource = {
      resourceType,
      id: `${this.#prefix}${++this.#count}`,
      [subject]: this.#subject,
      ...fields,
    };
    this.resources.push(resource);
    return resource;
  }

  encounter(
    kind: string,
    words: string,
    at: Date,
    by: string,
    place: string,
    labels: readonly Label[] = [],
    section: SectionId | null = null,
  ): Resource {
    return this.add("Encounter", {
      meta: meta(section, labels),
      status: "finished",
      class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: kind },
      type: [{ text: words }],
      period: { start: isoInstant(at), end: isoInstant(new Date(at.getTime() + 2400_000)) },
      participant: [{ individual: { display: by } }],
      serviceProvider: { display: place },
    });
  }

  observation(
    category: string,
    name: Record<string, unknown>,
    value: Record<string, unknown>,
    at: Date,
    more: Record<string, unknown> = {},
  ): Resource {
    return this.add("Observation", {
      status: "final",
      category: [
        { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: category }] },
      ],
      code: name,
      effectiveDateTime: isoInstant(at),
      ...value,
      ...more,
    });
  }

  /** An alert or decision that must be seen: `decision` is the short code of the record. */
  flag(
    words: string,
    at: Date,
    options: {
      section?: SectionId;
      labels?: readonly Label[];
      decision?: string;
      code?: string;
      system?: string;
      by?: string;
      until?: Date;
      review?: string;
      where?: string;
      saidBy?: string;
    } = {},
  ): Resource {
    const extension = [
      ...(options.decision === undefined ? [] : [{ url: `${OWN}decision`, valueCode: options.decision }]),
      ...(options.review === undefined ? [] : [{ url: `${OWN}review-date`, valueDate: options.review }]),
      ...(options.where === undefined ? [] : [{ url: `${OWN}location-of-document`, valueString: options.where }]),
      ...(options.saidBy === undefined ? [] : [{ url: `${OWN}said-by`, valueCode: options.saidBy }]),
    ];
    return this.add("Flag", {
      meta: meta(options.section ?? null, options.labels),
      ...(extension.length === 0 ? {} : { extension }),
      status: options.until === undefined ? "active" : "inactive",
      code: concept(words, options.code ?? null, options.system),
      period: { start: isoInstant(at), ...(options.until === undefined ? {} : { end: isoInstant(options.until) }) },
      ...(options.by === undefined ? {} : { author: { display: options.by } }),
    });
  }

  plan(
    title: string,
    words: string,
    at: Date,
    section: SectionId,
    by: string,
    review?: string,
    activities: readonly string[] = [],
  ): Resource {
    return this.add("CarePlan", {
      meta: meta(section),
      ...(review === undefined ? {} : { extension: [{ url: `${OWN}review-date`, valueDate: review }] }),
      status: "active",
      intent: "plan",
      title,
      description: words,
      created: isoInstant(at),
      period: { start: isoInstant(at) },
      author: { display: by },
      ...(activities.length === 0
        ? {}
        : { activity: activities.map((description) => ({ detail: { status: "in-progress", description } })) }),
    });
  }

  medicine(fact: MedicineFact, kind = "repeat", dose = fact.dose): Resource {
    return this.add("MedicationStatement", {
      status: fact.end === null ? "active" : "completed",
      category: { text: kind },
      medicationCodeableConcept: concept(fact.text, fact.code),
      effectivePeriod: { start: isoInstant(fact.start), ...(fact.end === null ? {} : { end: isoInstant(fact.end) }) },
      dateAsserted: isoInstant(fact.start),
      dosage: [{ text: dose }],
    });
  }

  document(title: string, mime: string, body: Buffer, at: Date, by: string, labels: readonly Label[] = []): Resource {
    return this.add("DocumentReference", {
      meta: meta("documents", labels),
      status: "current",
      docStatus: "final",
      type: { text: title },
      date: isoInstant(at),
      author: [{ display: by }],
      description: title,
      content: [
        {
          attachment: {
            contentType: mime,
            language: "en-GB",
            data: body.toString("base64"),
            title,
            size: body.length,
            creation: isoInstant(at),
          },
        },
      ],
    });
  }
}
