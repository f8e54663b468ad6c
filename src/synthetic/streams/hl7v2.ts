import { hl7Instant } from "../calendar.ts";
import type { AllergyFact, ClinicFact, ResultFact } from "../population/life.ts";
import type { Contact, Person } from "../population/person.ts";
import type { Acute, Region } from "../region.ts";
import type { View } from "../views/view.ts";
import { UBRN } from "./fhir.ts";

/** What every message of one hospital about one person needs. */
export type HospitalContext = {
  readonly region: Region;
  readonly acute: Acute;
  readonly person: Person;
  readonly view: View;
};

/** A component or field without HL7's own characters. */
function safe(text: string): string {
  return text.replace(
    /[\\|^~&]/g,
    (mark) => ({ "\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\" })[mark]!,
  );
}

/** A segment from its fields by number; what is not given stays empty. */
export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? "")].join("|");
}

/** Joins segments with CR, the last one included, as UK senders do. */
export function message(segments: readonly (string | null)[]): Buffer {
  return Buffer.from(
    segments
      .filter((one) => one !== null)
      .map((one) => `${one}\r`)
      .join(""),
  );
}

/** MSH of a UK trust's v2.4 message; `type` such as `ADT^A01^ADT_A01`. */
export function header(
  context: HospitalContext,
  application: string,
  type: string,
  controlId: string,
  at: Date,
): string {
  const rest = segment("", {
    1: application,
    2: context.acute.ods,
    3: "ROUTE",
    4: "ROUTE",
    5: hl7Instant(at),
    7: type,
    8: controlId,
    9: "P",
    10: "2.4",
    15: "GBR",
    16: "UNICODE",
    17: "EN",
    19: "iTKv1.0",
  });
  return `MSH|^~\\&${rest}`;
}

export function event(trigger: string, at: Date): string {
  return segment("EVN", { 1: trigger, 2: hl7Instant(at) });
}

/** PID in the national form: NHS number and local number in PID-3, trace status in PID-32. */
export function patientSegment(context: HospitalContext, dead: string | null = null): string {
  const { view, acute, person } = context;
  const ids = [view.nhsNumber === null ? null : `${view.nhsNumber}^^^NHS`, `${view.localId}^^^${acute.ods}`].filter(
    (one) => one !== null,
  );
  const address = view.address;
  return segment("PID", {
    1: "1",
    3: ids.join("~"),
    5: `${safe(view.family)}^${safe(view.given[0] ?? "")}^${safe(view.given.slice(1).join(" "))}^^${safe(view.title)}^^L`,
    7: view.birthDate.replaceAll("-", ""),
    8: view.sex === "male" ? "1" : view.sex === "female" ? "2" : "9",
    11:
      address === null
        ? ""
        : `${safe(address.line)}^^${safe(address.town)}^${safe(address.county)}^${address.postcode}^GBR^H`,
    13: view.phone === null ? "" : `${view.phone}^PRN^PH`,
    15: person.language,
    17: safe(person.religion),
    22: person.ethnicity,
    29: dead === null ? "" : dead.replaceAll("-", ""),
    30: dead === null ? "" : "Y",
    32: `NSTS${view.status}`,
  });
}

/** PD1 with the practice; none for the unregistered, nor where it would tell where a protected person lives. */
export function practiceSegment(context: HospitalContext): string | null {
  const practice = context.region.practices.find((one) => one.ods === context.person.practice);
  if (practice === undefined || context.person.protectedAddress) return null;
  return segment("PD1", { 3: `${safe(practice.name)}^^${practice.ods}` });
}

export function kinSegment(kin: Contact | null): string | null {
  if (kin === null) return null;
  const [given = "", ...family] = kin.name.split(" ");
  return segment("NK1", {
    1: "1",
    2: `${safe(family.join(" "))}^${safe(given)}`,
    3: `^${safe(kin.relationship)}`,
    5: `${kin.phone}^PRN^PH`,
    7: "^Next of kin",
  });
}

export type Visit = {
  readonly number: string;
  /** I inpatient, O outpatient, E emergency. */
  readonly class: "I" | "O" | "E";
  readonly ward: string;
  readonly method?: string;
  readonly consultant: string;
  readonly specialty: string;
  readonly from: Date;
  readonly to?: Date | null;
  readonly destination?: string;
  readonly dischargeMethod?: string;
};

export function visitSegment(context: HospitalContext, visit: Visit): string {
  return segment("PV1", {
    1: "1",
    2: visit.class,
    3: `${safe(visit.ward)}^BAY 2^BED 4^${context.acute.site}^^^^^${safe(context.acute.siteName)}`,
    4: visit.method ?? "",
    7: clinician(visit.consultant),
    10: visit.specialty,
    14: visit.class === "I" ? "19" : "",
    17: clinician(visit.consultant),
    19: `${visit.number}^^^VISITID`,
    36: visit.dischargeMethod ?? "",
    37: visit.destination ?? "",
    44: hl7Instant(visit.from),
    45: visit.to ? hl7Instant(visit.to) : "",
  });
}

/** `Dr Anil Mehta` as XCN with an invented registration number. */
export function clinician(name: string): string {
  const [title = "", given = "", ...family] = name.split(" ");
  const number = `C${String([...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_000_000, 7) + 1_000_000)}`;
  return `${number}^${safe(family.join(" "))}^${safe(given)}^^^${safe(title)}^^^GMC`;
}

export function allergySegments(allergies: readonly AllergyFact[]): string[] {
  const kinds = { medication: "DA^Drug allergy", food: "FA^Food allergy", environment: "EA^Environmental allergy" };
  const severities = { mild: "MI", moderate: "MO", severe: "SV" };
  return allergies.map((one, index) =>
    segment("AL1", {
      1: String(index + 1),
      2: kinds[one.category],
      3: `${one.code}^${safe(one.substance)}^SCT`,
      4: severities[one.severity],
      5: safe(one.reaction),
      6: hl7Instant(one.recorded).slice(0, 8),
    }),
  );
}

export function diagnosisSegment(code: string, text: string, at: Date): string {
  return segment("DG1", { 1: "1", 3: `${code}^${safe(text)}^SCT`, 5: hl7Instant(at), 6: "F" });
}

export function procedureSegment(procedure: readonly [string, string | null], at: Date): string {
  return segment("PR1", {
    1: "1",
    3: procedure[1] === null ? `^${safe(procedure[0])}` : `${procedure[1]}^${safe(procedure[0])}^SCT`,
    5: hl7Instant(at),
  });
}

/** OBR and its OBX lines; `status` F final, C corrected. */
export function resultSegments(result: ResultFact, order: string, status: "F" | "C" = "F"): string[] {
  const at = hl7Instant(result.at);
  return [
    segment("ORC", { 1: "RE", 2: order, 3: `L${order}` }),
    segment("OBR", {
      1: "1",
      2: order,
      3: `L${order}`,
      4: `${result.local}^${safe(result.panel)}^L`,
      7: at,
      14: at,
      22: at,
      24: "LAB",
      25: status,
    }),
    ...result.lines.map((line, index) =>
      segment("OBX", {
        1: String(index + 1),
        2: /^[<>]/.test(line.value) ? "ST" : "NM",
        3: `${line.local}^${safe(line.display)}^L^${line.loinc}^${safe(line.display)}^LN`,
        5: line.value,
        6: safe(line.unit),
        7: rangeOf(line.low, line.high),
        8: line.flag,
        11: status,
        14: at,
      }),
    ),
  ];
}

function rangeOf(low: number | null, high: number | null): string {
  if (low === null) return high === null ? "" : `<${high}`;
  return high === null ? `>${low}` : `${low} - ${high}`;
}

export type Paper = {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly author: string;
  readonly at: Date;
  readonly mime: string;
  readonly body: Buffer;
  readonly lines?: readonly string[];
};

/** TXA and the document itself: text as OBX TX lines, other kinds as base64. */
export function documentSegments(paper: Paper): string[] {
  const at = hl7Instant(paper.at);
  const head = segment("TXA", {
    1: "1",
    2: safe(paper.type),
    3: paper.mime === "text/plain" ? "TX" : "AP",
    4: at,
    6: at,
    9: clinician(paper.author),
    12: paper.id,
    16: safe(paper.title),
    17: "AU",
    19: "AV",
  });
  const code = `DOC^${safe(paper.title)}^L`;
  if (paper.lines !== undefined)
    return [
      head,
      ...paper.lines.map((line, index) =>
        segment("OBX", { 1: String(index + 1), 2: "TX", 3: code, 5: safe(line), 11: "F" }),
      ),
    ];
  const [type, subtype] = paper.mime.split("/") as [string, string];
  return [
    head,
    segment("OBX", {
      1: "1",
      2: "ED",
      3: code,
      5: `^${type}^${subtype}^Base64^${paper.body.toString("base64")}`,
      11: "F",
    }),
  ];
}

/** RF1 and who refers to whom, then the patient. */
export function referralSegments(context: HospitalContext, clinic: ClinicFact, state: "P" | "A" | "E"): string[] {
  return [
    segment("RF1", {
      1: state,
      2: "R^Routine",
      3: `${clinic.code}^${safe(clinic.specialty)}`,
      6: `${context.acute.ods}-${clinic.request ?? context.view.localId}`,
      9: hl7Instant(clinic.referred),
      10: `^Referral to ${safe(clinic.specialty.toLowerCase())}`,
      11: clinic.request === undefined ? "" : `${clinic.request}^^${UBRN}^URI`,
    }),
    segment("PRD", { 1: "RT", 2: clinician(clinic.consultant).split("^").slice(1).join("^") }),
    patientSegment(context),
  ];
}

export type Booking = {
  readonly id: string;
  readonly specialty: string;
  readonly code: string;
  readonly at: Date;
  readonly minutes: number;
  readonly consultant: string;
  readonly reason: string;
  /** Number of the referral that it follows. */
  readonly request?: string;
};

export function scheduleSegments(context: HospitalContext, booking: Booking, status: string): string[] {
  const from = hl7Instant(booking.at);
  const to = hl7Instant(new Date(booking.at.getTime() + booking.minutes * 60_000));
  return [
    segment("SCH", {
      1: booking.id,
      2: booking.id,
      6: status,
      7: safe(booking.reason),
      8: "Outpatient appointment",
      9: String(booking.minutes),
      10: "MIN",
      11: `^^${booking.minutes}^${from}^${to}`,
      16: clinician(booking.consultant),
      25: status,
      26: booking.request === undefined ? "" : `${booking.request}^^${UBRN}^URI`,
    }),
    patientSegment(context),
    segment("PV1", {
      1: "1",
      2: "O",
      3: `${safe(booking.specialty)} clinic^^^${context.acute.site}^^^^^${safe(context.acute.siteName)}`,
      7: clinician(booking.consultant),
      10: booking.code,
    }),
    segment("RGS", { 1: "1", 2: "A" }),
    segment("AIS", {
      1: "1",
      2: "A",
      3: `${booking.code}^${safe(booking.specialty)}`,
      4: from,
      7: String(booking.minutes),
      8: "MIN",
      10: status,
    }),
    segment("AIL", { 1: "1", 2: "A", 3: `${safe(booking.specialty)} clinic^^^${context.acute.site}` }),
    segment("AIP", { 1: "1", 2: "A", 3: clinician(booking.consultant) }),
  ];
}
