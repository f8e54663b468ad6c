import type { Label, SectionId } from "#standards";

/**
 * One row of the record as lists and the summary read it: everything that a
 * page shows without opening the resource's body. Made once at intake by
 * `entry-of.ts`; a row belongs for ever to the source patient it came with.
 */
export type Entry = {
  /** FHIR id: home key and resource key in one, see `resource-id.ts`. */
  readonly id: string;
  readonly sourcePatientId: string;
  /** FHIR R4 type, for example `AllergyIntolerance`. */
  readonly type: string;
  readonly section: SectionId;
  readonly version: number;
  /** The clinical time that the row is sorted by; `null` where the source gave none. */
  readonly sortTime: Date | null;
  /** The clinical date as the source gave it: `2024`, `2024-05`, `2024-05-07` or an instant with its zone. */
  readonly when: string | null;
  readonly codeSystem: string | null;
  readonly code: string | null;
  /** One line in the source's own words: `Penicillin`, `Creatinine`, `Discharge summary`. */
  readonly display: string;
  /** The resource's own status code, for example `active`, `final`, `cancelled`, `entered-in-error`. */
  readonly status: string;
  readonly labels: readonly Label[];
  /** ODS code of the organisation whose data this is (the controller). */
  readonly organisation: string;
  /** Author or performer as named by the source; `null` where it named none. */
  readonly author: string | null;
  /** When the source says it was recorded; `null` where it does not say. */
  readonly recorded: string | null;
  /** When this record received the message. */
  readonly received: Date;
  readonly feed: string;
  readonly messageId: string;
  readonly line: EntryLine;
};

/**
 * Section-specific facts of an entry, all optional, all text as the source gave
 * it (0.10 stays 0.10). A key that is missing was not said by the source.
 */
export type EntryLine = {
  // allergies
  reaction?: string;
  severity?: string;
  criticality?: string;
  certainty?: string;
  /** A coded negative such as "no known allergies" (SNOMED CT 716186003 and its kind). */
  assertedNone?: true;
  /** A coded "not asked" or "unknown". */
  notAsked?: true;
  // medicines
  dose?: string;
  route?: string;
  frequency?: string;
  form?: string;
  quantity?: string;
  /** `repeat`, `acute`, `hospital`, `discharge`, `anticipatory`, `past`. */
  medicineKind?: string;
  // results and examinations
  value?: string;
  unit?: string;
  range?: string;
  low?: string;
  high?: string;
  /** As sent, FHIR/HL7 code: `H`, `L`, `HH`, `LL`, `A`, `N`. */
  flag?: string;
  specimen?: string;
  /** Parts of a measurement: systolic and diastolic, or the members of a panel. */
  components?: readonly { name: string; value: string; unit?: string }[];
  /** The laboratory or department that did it, where the source names one beside itself. */
  performer?: string;
  /** The number of the order that it was asked for by, as who asked gave it; or the id of the request. */
  order?: string;
  /** Name of the report or panel that it belongs to. */
  group?: string;
  groupId?: string;
  // spans
  start?: string;
  end?: string;
  /** When an admission is expected to end. */
  plannedEnd?: string;
  // encounters, appointments, referrals, services, contacts
  /** `inpatient`, `outpatient`, `emergency`, `community`, `virtual`, `home`, `ambulance`. */
  kind?: string;
  place?: string;
  service?: string;
  professional?: string;
  professionalRole?: string;
  organisationName?: string;
  channel?: string;
  reason?: string;
  outcome?: string;
  urgency?: string;
  from?: string;
  to?: string;
  /** Identifiers of a referral, `system|value`: by them two organisations mean the same one. */
  requestIds?: readonly string[];
  /** What this follows: `ServiceRequest/<id>`, `Appointment/<id>`, or an identifier as in `requestIds`. */
  follows?: readonly string[];
  /** How far a referral came at who received it, `pending`, `accepted`, `rejected`, `expired`, and when that was said. */
  referralState?: string;
  referralStateAt?: string;
  // people
  name?: string;
  relationship?: string;
  phone?: string;
  /** When the number is answered, as the source says it. */
  hours?: string;
  email?: string;
  address?: string;
  rank?: string;
  /** All of a care team, in the source's order; the first stands in `professional` too. */
  members?: readonly { name: string; role?: string; phone?: string }[];
  // plans, legal, end of life, alerts
  /** Short code of the decision, for example `dnacpr`, `respect`, `mha-section`, `lpa`, `adrt`, `child-protection-plan`. */
  decision?: string;
  owner?: string;
  reviewDate?: string;
  /** With whom a plan was agreed, as its source says: `person`, `representative`, `not-agreed`. */
  agreedWith?: string;
  /** Plans that this one replaces: `CarePlan/<id>`. */
  replaces?: readonly string[];
  locationOfDocument?: string;
  category?: string;
  legalStatus?: string;
  // documents
  mime?: string;
  title?: string;
  size?: string;
  documentType?: string;
  // anything else worth one line
  laterality?: string;
  site?: string;
  product?: string;
  doseSequence?: string;
  onset?: string;
  text?: string;
  /** What a professional judges, and no finding: a formulation, an impression, a risk as it is seen. */
  opinion?: true;
  /** Who said it (REC-46): `person`, `carer`, `relative`, `professional`, `system`. */
  saidBy?: string;
};
