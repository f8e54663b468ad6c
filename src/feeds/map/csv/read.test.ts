import assert from "node:assert/strict";
import { test } from "node:test";
import { loadRegion, type FileLayout, type Region } from "#governance";
import { readCell } from "./cell.ts";
import { readDelimited } from "./index.ts";

const layout = (loadRegion("regions/kent-medway") as Region).layout("council-adult")!;
const heading =
  "record_type,record_id,person_id,nhs_number,family_name,given_names,date_of_birth,gender,type,outcome,start_date,recorded_at,channel";
const read = (text: string, encoding: BufferEncoding = "utf8"): ReturnType<typeof readDelimited> =>
  readDelimited(Buffer.from(text, encoding), layout);

test("a good row gives the person, the resources and a key that stays the same", () => {
  const { rows, faults } = read(
    `${heading}\r\nassessment,A-1,P 77,999 000 0441,Fry,"Ann ""Annie"" May",07/05/1940,Female,Care Act assessment,Eligible,01/02/2025,01/02/2025 09:30,\r\n`,
  );
  assert.deepEqual(faults, []);
  assert.equal(rows[0]!.row, 2);
  assert.equal(rows[0]!.sourceKey, "assessment:A-1");
  assert.deepEqual(rows[0]!.sourcePatient, {
    localId: "P 77",
    nhsNumberText: "999 000 0441",
    nhsNumberStatus: null,
    family: "Fry",
    given: ["Ann", '"Annie"', "May"],
    birthDate: "1940-05-07",
    gender: "female",
    postcode: null,
  });
  const [observation] = rows[0]!.resources;
  assert.equal(observation!["effectiveDateTime"], "2025-02-01");
  assert.equal(observation!["issued"], "2025-02-01T09:30:00+00:00");
  assert.equal(observation!["valueString"], "Eligible");
  assert.equal(observation!["id"], "assessment-A-1");
  assert.equal(observation!["performer"], undefined, "an empty cell leaves nothing half-filled");
});

test("bad rows are listed with row, column, value and reason; the good rows go in", () => {
  const { rows, faults } = read(
    [
      heading,
      "assessment,A-1,P1,,Fry,Ann,07/05/1940,F,Review,Done,31/02/2025,,",
      "assessment,A-2,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,",
      "wedding,A-3,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,",
      "assessment,A-4,,,Fry,Ann,07/05/1940,Q,Review,Done,,,",
      "assessment,A-5,P1",
      "",
      "contact,A-6,P1,,Fry,Ann,07/05/1940,F,Visit,,,01/07/2025 14:00,Home visit",
    ].join("\n"),
  );
  assert.deepEqual(
    rows.map((one) => [one.row, one.sourceKey]),
    [
      [3, "assessment:A-2"],
      [8, "contact:A-6"],
    ],
  );
  assert.deepEqual(
    faults.map((one) => [one.row, one.column, one.code, one.value, one.severity]),
    [
      [2, "start_date", "no-such-day", "31/02/2025", "error"],
      [4, "record_type", "kind-unknown", "wedding", "error"],
      [5, "gender", "not-a-code", "Q", "error"],
      [5, "person_id", "missing", "", "error"],
      [5, "start_date", "missing", "", "error"],
      [6, "", "cells", "", "error"],
    ],
  );
  const encounter = rows[1]!.resources[0]! as unknown as { class: { code: string }; period: { start: string } };
  assert.equal(encounter.class.code, "HH");
  assert.equal(encounter.period.start, "2025-07-01T14:00:00+01:00", "summer time");
});

test("encodings: byte order mark, Windows-1252, UTF-16", () => {
  const line = `${heading}\r\nassessment,A-1,P1,,Müller,Zoë,1940,F,Review,Done,2025-02-01,,`;
  for (const bytes of [
    Buffer.from(`\ufeff${line}`),
    Buffer.from(line, "latin1"),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, "utf16le")]),
  ]) {
    const { rows, faults } = readDelimited(bytes, layout);
    assert.deepEqual(faults, []);
    assert.equal(rows[0]!.sourcePatient.family, "Müller");
    assert.deepEqual(rows[0]!.sourcePatient.given, ["Zoë"]);
    assert.equal(rows[0]!.sourcePatient.birthDate, "1940");
  }
});

test("unknown columns are reported, aliases read, formulas stay text", () => {
  const { rows, faults } = read(
    'record_type,record_id,Client ID,NHS No,Surname,Forenames,DOB,type,start_date,outcome,shoe size\nassessment,A-1,P1,123,Fry,Ann,01/01/1950,Review,01/01/2024,"=HYPERLINK(""x"")",44',
  );
  assert.deepEqual(faults, [{ row: 1, column: "shoe size", code: "header-unknown", severity: "warning", value: "", why: "unknown column, not read" }, { row: 2, column: "nhs_number", code: "nhs-number", severity: "warning", value: "123", why: "not a valid NHS number: kept as written, links nobody" }]);
  assert.equal(rows[0]!.resources[0]!["valueString"], '=HYPERLINK("x")');
  assert.equal(rows[0]!.sourcePatient.nhsNumberText, "123");
});

test("what the council says of the number goes on: traced in its own words or as the national code, silence as nothing", () => {
  const status = (heading: string, cell: string): string | null =>
    read(`record_type,record_id,person_id,nhs_number,${heading},family_name,given_names,date_of_birth,type,outcome,start_date\nassessment,A-1,P1,9991234560,${cell},Fry,Ann,07/05/1940,Review,Done,01/02/2025`).rows[0]!.sourcePatient.nhsNumberStatus;
  assert.equal(status("nhs_number_status", "01"), "01");
  assert.equal(status("nhs_number_verification_status", "verified"), "01");
  assert.equal(status("nhs_number_status", "02"), "02");
  assert.equal(status("nhs_number_status", ""), null);
});

test("an unclosed quote and an empty file are faults, never a crash", () => {
  const broken = read(
    `${heading}\nassessment,A-1,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,\nassessment,A-2,P1,,"Fry,Ann`,
  );
  assert.equal(broken.rows.length, 1);
  assert.equal(broken.faults.length, 1);
  assert.match(broken.faults[0]!.why, /quote/i);
  assert.equal(broken.faults[0]!.row, 3);
  assert.equal(read("").faults[0]!.why, "the file is empty");
});

test("a heading without a required column is a fault of the file: what is expected and found, and no row is read", () => {
  const { rows, faults, heading: fault, count } = read("record_type,person_id,surname\nassessment,P1,Fry\nassessment,P2,Fry");
  assert.deepEqual([rows.length, count, faults.map((one) => [one.row, one.column, one.code])], [0, 0, [[1, "record_id", "header-missing"], [1, "date_of_birth", "header-missing"]]]);
  assert.deepEqual(fault, { expected: ["record_type", "record_id", "person_id", "family_name", "date_of_birth"], found: ["record_type", "person_id", "surname"] });
});

test("rows say add, change or delete; a row that goes needs no more than its ids; one record in two rows stands once", () => {
  const file = read(["record_type,record_id,action,person_id,family_name,date_of_birth,type,start_date", "assessment,A-1,delete,P1,,,,", "assessment,A-2,add,P1,Fry,1950-01-01,Review,2025-01-01", "assessment,A-2,update,P1,Fry,1950-01-01,Review,2025-02-01", "assessment,A-3,burn,P1,Fry,1950-01-01,Review,2025-02-01", "assessment,A-4,,P1,Fry,never,Review,2025-02-01", "assessment,,,P1,Fry,1950-01-01,Review,2025-02-01"].join("\n"));
  assert.deepEqual(file.deleted, [{ row: 2, localId: "P1", sourceKey: "assessment:A-1", kind: "assessment" }]);
  assert.deepEqual(file.rows.map((one) => [one.row, one.sourceKey]), [[4, "assessment:A-2"]]);
  assert.deepEqual(file.faults.map((one) => [one.row, one.code]), [[5, "action-unknown"], [6, "not-a-date"], [7, "missing"], [4, "row-twice"]]);
  assert.deepEqual([file.held, file.unknown, file.count], [["assessment:A-3", "assessment:A-4"], 1, 6]);
});

test("cells are read as their column says: dates by the layout's patterns, yes and no, numbers, codes, NHS numbers", () => {
  const value = (raw: string, column: Parameters<typeof readCell>[1]): string => {
    const cell = readCell(raw, column);
    return cell.ok ? `${cell.value}${cell.warning ? " !" : ""}` : cell.code;
  };
  const dates = { format: "date" as const, dates: ["yyyymmdd", "dd-mon-yyyy", "mm/yyyy", "yyyy"] };
  assert.deepEqual(["20250201", "1-Feb-2025", "01-february-2025", "2/2025", "2025", "01/02/2025", "20250231", "1-Foo-2025", "2025021"].map((raw) => value(raw, dates)), ["2025-02-01", "2025-02-01", "2025-02-01", "2025-02", "2025", "not-a-date", "no-such-day", "no-such-day", "not-a-date"]);
  assert.deepEqual(["Y", "no", "1", "maybe"].map((raw) => value(raw, { format: "boolean" })), ["true", "false", "true", "not-a-boolean"]);
  assert.deepEqual(["7", "7.0", "-1"].map((raw) => value(raw, { format: "number" })), ["7", "not-a-number", "-1"]);
  assert.deepEqual(["7", "7.10", "1e3"].map((raw) => value(raw, { format: "decimal" })), ["7", "7.10", "not-a-number"]);
  assert.deepEqual(["a", "B", "c"].map((raw) => value(raw, { format: "code", values: { A: "1", b: "2" } })), ["1", "2", "not-a-code"]);
  assert.deepEqual(["999 000 0441", "999 000 0442"].map((raw) => value(raw, { format: "nhs-number" })), ["9990000441", "999 000 0442 !"]);
});

test("another delimiter, quote, encoding, no heading and one kind of record are data", () => {
  const bars: FileLayout = {
    id: "bars", title: "Bars", delimiter: "|", quote: "'", encoding: "windows-1252", headings: false, recordColumn: "ref", required: ["ref"], person: { localId: "client", family: "name" },
    columns: { ref: {}, client: {}, name: {}, words: {} }, kinds: { note: { required: ["words"], resources: [{ resourceType: "Observation", code: { text: "{{words}}" } } as { resourceType: string }] } },
  };
  const { rows, faults, encoding } = readDelimited(Buffer.from("1|P1|M\u00fcller|'a | b'\n2|P2|Fry|", "latin1"), bars);
  assert.deepEqual([rows.map((one) => [one.row, one.sourceKey, one.sourcePatient.family, one.resources[0]!["code"]]), encoding], [[[1, "note:1", "M\u00fcller", { text: "a | b" }]], "windows-1252"]);
  assert.deepEqual(faults.map((one) => [one.row, one.column, one.code]), [[2, "words", "missing"]]);
  const wrong = readDelimited(Buffer.from("M\u00fcller", "latin1"), { ...bars, encoding: "utf-8" });
  assert.deepEqual([wrong.faults.map((one) => one.code), wrong.rows], [["wrong-encoding"], []]);
});
