import { DAY } from "../calendar.ts";
import type { AllergyFact, ClinicFact, Life, ResultFact, StayFact } from "../population/life.ts";
import { fullName } from "../population/person.ts";
import {
  allergySegments,
  diagnosisSegment,
  documentSegments,
  event,
  header,
  kinSegment,
  message,
  patientSegment,
  practiceSegment,
  referralSegments,
  procedureSegment,
  resultSegments,
  scheduleSegments,
  segment,
  visitSegment,
  type HospitalContext,
  type Paper,
  type Visit,
} from "./hl7v2.ts";
import type { Planned } from "./message.ts";
import { pdfOf } from "./pdf.ts";

/** ADT triggers and the structure that each one uses. */
const STRUCTURES = {
  A01: "ADT_A01",
  A02: "ADT_A02",
  A03: "ADT_A03",
  A04: "ADT_A01",
  A08: "ADT_A01",
  A11: "ADT_A09",
  A12: "ADT_A12",
  A13: "ADT_A01",
  A28: "ADT_A05",
  A31: "ADT_A05",
} as const;
export type Trigger = keyof typeof STRUCTURES;

/** What a hospital writes about one person, in messages. */
export class Hospital {
  readonly planned: Planned[] = [];
  readonly context: HospitalContext;
  readonly #allergies: readonly AllergyFact[];
  readonly #batch: string;
  #count = 0;

  /** `batch` keeps the control ids of several writers about one person apart. */
  constructor(context: HospitalContext, allergies: readonly AllergyFact[] = [], batch = "") {
    this.context = context;
    this.#allergies = allergies;
    this.#batch = batch;
  }

  /** A28 add person, A31 update person, with this hospital's own view of them. */
  person(trigger: "A28" | "A31", at: Date, context: HospitalContext = this.context, dead: string | null = null): void {
    this.#plan(at, (id) => [
      this.#adt(trigger, id, at),
      event(trigger, at),
      patientSegment(context, dead),
      practiceSegment(context),
      kinSegment(context.person.nextOfKin),
      segment("PV1", { 1: "1", 2: "N" }),
      ...allergySegments(this.#allergies),
    ]);
  }

  /** A visit's event: admitted, moved, discharged, attended, updated or cancelled. */
  visit(trigger: Trigger, at: Date, visit: Visit, more: readonly string[] = [], dead: string | null = null): void {
    this.#plan(at, (id) => [
      this.#adt(trigger, id, at),
      event(trigger, at),
      patientSegment(this.context, dead),
      practiceSegment(this.context),
      kinSegment(this.context.person.nextOfKin),
      visitSegment(this.context, visit),
      ...(trigger === "A01" || trigger === "A04" ? allergySegments(this.#allergies) : []),
      ...more,
    ]);
  }

  /** A40: the number `gone` was found to be the same person as this one. */
  merge(at: Date, gone: string): void {
    this.#plan(at, (id) => [
      header(this.context, this.context.region.applications.administration, "ADT^A40^ADT_A39", id, at),
      event("A40", at),
      patientSegment(this.context),
      practiceSegment(this.context),
      segment("MRG", { 1: `${gone}^^^${this.context.acute.ods}` }),
    ]);
  }

  result(result: ResultFact, order: string, status: "F" | "C" = "F", sent?: Date): void {
    const at = sent ?? new Date(result.at.getTime() + 4 * 3600_000);
    this.#plan(at, (id) => [
      header(this.context, this.context.region.applications.results, "ORU^R01^ORU_R01", id, at),
      patientSegment(this.context),
      segment("PV1", { 1: "1", 2: "O" }),
      ...resultSegments(result, order, status),
    ]);
  }

  /** A referral as this hospital has it: `P` waits, `A` is accepted, `E` is over. */
  referral(kind: "REF" | "RRI", at: Date, clinic: ClinicFact, state: "P" | "A" | "E"): void {
    this.#plan(at, (id) => [
      header(this.context, this.context.region.applications.administration, `${kind}^I12^${kind}_I12`, id, at),
      ...referralSegments(this.context, clinic, state),
    ]);
  }

  document(paper: () => Paper, at: Date): void {
    this.#plan(at, (id) => [
      header(this.context, this.context.region.applications.documents, "MDM^T02^MDM_T02", id, at),
      event("T02", at),
      patientSegment(this.context),
      segment("PV1", { 1: "1", 2: "O" }),
      ...documentSegments(paper()),
    ]);
  }

  appointment(trigger: "S12" | "S13" | "S14" | "S15", at: Date, clinic: ClinicFact, id: string, when: Date): void {
    const status = trigger === "S15" ? "Cancelled" : trigger === "S14" && when <= at ? "Complete" : "Booked";
    const booking = {
      id,
      specialty: clinic.specialty,
      code: clinic.code,
      at: when,
      minutes: 20,
      consultant: clinic.consultant,
      reason: `${clinic.specialty} outpatient review`,
      ...(clinic.request !== undefined && { request: clinic.request }),
    };
    this.#plan(at, (control) => [
      header(this.context, this.context.region.applications.administration, `SIU^${trigger}^SIU_S12`, control, at),
      ...scheduleSegments(this.context, booking, status),
    ]);
  }

  /** A whole stay: admitted, perhaps moved, discharged with its letter. */
  stay(stay: StayFact, number: string, moved: boolean): void {
    const visit: Visit = {
      number,
      class: "I",
      ward: stay.ward,
      method: stay.method,
      consultant: stay.consultant,
      specialty: stay.specialty,
      from: stay.from,
    };
    const diagnosis = diagnosisSegment(stay.code, stay.reason, stay.from);
    const first: Visit = moved ? { ...visit, ward: "Emergency assessment unit" } : visit;
    this.visit("A01", stay.from, first, [diagnosis]);
    const next = new Date(stay.from.getTime() + DAY / 3);
    if (moved) this.visit("A02", next, visit);
    else this.visit("A08", next, visit, [diagnosis]);
    if (stay.to === null) return;
    const done: Visit = { ...visit, to: stay.to, destination: "19", dischargeMethod: "1" };
    const procedures =
      stay.procedure === null ? [] : [procedureSegment(stay.procedure, new Date(stay.from.getTime() + DAY))];
    this.visit("A03", stay.to, done, [diagnosis, ...procedures]);
    const to = stay.to;
    this.document(() => dischargeLetter(this.context, stay, `${number}-D`, to), new Date(to.getTime() + 2 * 3600_000));
  }

  #adt(trigger: Trigger, id: string, at: Date): string {
    return header(
      this.context,
      this.context.region.applications.administration,
      `ADT^${trigger}^${STRUCTURES[trigger]}`,
      id,
      at,
    );
  }

  #plan(at: Date, segments: (controlId: string) => readonly (string | null)[]): void {
    const controlId = `${this.context.acute.ods}${this.context.view.localId}.${this.#batch}${++this.#count}`;
    this.planned.push({
      feedId: this.context.acute.feed,
      kind: "hl7v2",
      at,
      write: () => message(segments(controlId)),
    });
  }
}

/** Everything of an ordinary life that a hospital sends, up to `now`. */
export function hospitalMessages(context: HospitalContext, life: Life, now: Date): Planned[] {
  const hospital = new Hospital(context, life.allergies);
  const results = life.results.filter((one) => one.orderedBy === "hospital");
  const times = [
    ...life.stays.map((one) => one.from),
    ...life.attendances.map((one) => one.at),
    ...life.clinics.map((one) => one.booked),
    ...results.map((one) => one.at),
  ];
  if (times.length === 0) return [];
  const local = context.view.localId;
  const first = new Date(Math.min(...times.map(Number)) - 3600_000);
  hospital.person("A28", first);
  life.stays.forEach((stay, index) => hospital.stay(stay, `${local}I${index}`, index % 3 === 0));
  life.attendances.forEach((attendance, index) => {
    const visit: Visit = {
      number: `${local}E${index}`,
      class: "E",
      ward: "Emergency department",
      method: "21",
      consultant: "Dr Ruth Oyelaran",
      specialty: "180",
      from: attendance.at,
    };
    const reason = segment("PV2", { 3: `^${attendance.reason}` });
    hospital.visit("A04", attendance.at, visit, [reason]);
    const left = new Date(attendance.at.getTime() + 3 * 3600_000);
    if (left < now)
      hospital.visit("A03", left, { ...visit, to: left, dischargeMethod: "1", destination: "19" }, [reason]);
  });
  life.clinics.forEach((clinic, index) => {
    const id = `${local}S${index}`;
    hospital.appointment("S12", clinic.booked, clinic, id, clinic.at);
    const changed = new Date(clinic.booked.getTime() + 5 * DAY);
    if (clinic.state === "moved" && changed < now)
      hospital.appointment("S13", changed, clinic, id, new Date(clinic.at.getTime() + 14 * DAY));
    if (clinic.state === "booked" && index % 2 === 0 && changed < now)
      hospital.appointment("S14", changed, clinic, id, clinic.at);
    if (clinic.state === "cancelled" && changed < now) hospital.appointment("S15", changed, clinic, id, clinic.at);
    if (clinic.state === "attended") {
      hospital.visit("A04", clinic.at, {
        number: `${local}O${index}`,
        class: "O",
        ward: `${clinic.specialty} clinic`,
        consultant: clinic.consultant,
        specialty: clinic.code,
        from: clinic.at,
        to: new Date(clinic.at.getTime() + 1800_000),
      });
      hospital.document(() => clinicLetter(context, clinic, `${id}-L`), new Date(clinic.at.getTime() + DAY));
    }
  });
  results.forEach((result, index) => hospital.result(result, `${local}R${index}`));
  const { deceased } = context.person;
  if (deceased !== null) hospital.person("A31", new Date(`${deceased}T12:00:00Z`), context, deceased);
  return hospital.planned.filter((one) => one.at <= now);
}

/** A discharge summary as a PDF, with headings that readers expect. */
export function dischargeLetter(context: HospitalContext, stay: StayFact, id: string, at: Date): Paper {
  const title = "Discharge summary";
  const lines = [
    `${fullName(context.person)}, born ${context.view.birthDate}, NHS number ${context.view.nhsNumber ?? "not known"}`,
    "",
    `Admitted ${stay.from.toISOString().slice(0, 10)} to ${stay.ward}, ${context.acute.siteName}.`,
    `Discharged ${at.toISOString().slice(0, 10)}.`,
    "",
    `Diagnosis: ${stay.reason}.`,
    stay.procedure === null ? "No operation." : `Operation: ${stay.procedure[0]}.`,
    "",
    "Plan and requested actions: practice to repeat blood tests in two weeks.",
    `Responsible consultant: ${stay.consultant}.`,
  ];
  return {
    id,
    type: title,
    title: `${title}: ${stay.reason}`,
    author: stay.consultant,
    at,
    mime: "application/pdf",
    body: pdfOf(title, lines),
  };
}

function clinicLetter(context: HospitalContext, clinic: ClinicFact, id: string): Paper {
  const lines = [
    `Clinic letter, ${clinic.specialty}, ${context.acute.siteName}`,
    `Seen on ${clinic.at.toISOString().slice(0, 10)} by ${clinic.consultant}.`,
    "Stable since last review. Continue current treatment.",
    "Review in six months; practice to continue monitoring.",
  ];
  return {
    id,
    type: "Clinic letter",
    title: `Clinic letter: ${clinic.specialty}`,
    author: clinic.consultant,
    at: clinic.at,
    mime: "text/plain",
    body: Buffer.from(lines.join("\n")),
    lines,
  };
}
