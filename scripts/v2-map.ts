/**
 * `npm run v2-map`: how much of HL7's own v2-to-FHIR guide the maps follow. For
 * each row of the guide's segment maps that are in use, a message is written with
 * that one field filled (and what the row's condition asks for), mapped, and the
 * row's attribute is looked for in the resource: it must be there, and differ
 * from what the same message without the field gives.
 *
 *     npm run v2-map                 a line a segment, then totals
 *     npm run v2-map -- PID OBX      the rows of these segments too
 *
 * Rows that are not mapped stand with a sentence in
 * `src/feeds/map/hl7v2/not-mapped.json`, and so do the guide's slips of the pen. Ends with 1 under 85 % mapped, where a row
 * is missing without a reason, or where a reason stands for a row that is mapped.
 * The guide's files are read from ../shared/data/v2-to-fhir or a folder in V2_TO_FHIR.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { parseHl7, type Resource } from "#standards";
import { mapHl7 } from "../src/feeds/map/hl7v2/index.ts";

const LEAST_PERCENT = 85;
const root = new URL("..", import.meta.url).pathname;
const folder = process.env["V2_TO_FHIR"] ?? join(root, "../shared/data/v2-to-fhir");

type Reason = { map: string; field: string; attribute?: string; why: string };
const { rows: reasons, maps: mapsNotUsed, errata } = JSON.parse(readFileSync(join(root, "src/feeds/map/hl7v2/not-mapped.json"), "utf8")) as { rows: Reason[]; maps: { map: string; why: string }[]; errata: { map: string; field: string; attribute: string; is: string }[] };

type Row = { map: string; segment: string; field: string; datatype: string; condition: string; attribute: string; assignment: string };

/** The rows of all segment maps that have a FHIR attribute. Two header rows; columns as the guide has them. */
function readRows(): Row[] {
  return readdirSync(join(folder, "segments")).filter((name) => name.endsWith(".csv")).sort().flatMap((name) => {
    const map = /R4_ (\S+?\[.*?\]) - /.exec(name)?.[1];
    if (map === undefined) return [];
    const lines = parse(readFileSync(join(folder, "segments", name)), { relax_column_count: true }) as string[][];
    return lines.slice(2).filter((line) => line[9]?.trim()).map((line) => ({
      map, segment: map.slice(0, 3), field: line[1]!.trim(), datatype: line[3]!.trim(), condition: `${line[6] || line[8] || ""}`.replace(/\s+/g, " ").trim(), attribute: line[9]!.replace(/\s+/g, " ").trim(), assignment: (line[16] ?? "").trim(),
    }));
  });
}

/** A value of each datatype, every part that matters given. */
const VALUES: Readonly<Record<string, string>> = {
  CWE: "V1^Sample word^LOCAL", CE: "V1^Sample word^LOCAL", CNE: "V1^Sample word^LOCAL", CF: "V1^Sample word^LOCAL", IS: "V1", ID: "Y", ST: "Sample words", TX: "Sample words", FT: "Sample words", NM: "7", SI: "7", XCN: "C1234567^Sampleton^Sam^^^Dr^^^GMC", XPN: "Sampleton^Sam^^^Dr", XAD: "1 Sample Road^^Sampleham^^TN1 1AA", XTN: "01234 567890^PRN^PH",
  CX: "CX123^^^AUTH^XX", EI: "EI123^NS", EIP: "P123&NS^F123&NS", PL: "WARD9^ROOM1^BED2^SITE", DTM: "20260102030405", TS: "20260102030405", DT: "20260102", TM: "0930", XON: "Sample Body^^B123", HD: "NS", CQ: "5^mL", RPT: "BID", TQ: "5&mL^BID^^20260102030405^20260109030405^S", NDL: "C1234567&Sampleton&Sam^20260102", DLD: "19&Usual home^20260105", SPS: "BLD&Blood", FC: "F", DR: "20260101^20260102", DLN: "DL123", CNN: "C1234567^Sampleton^Sam", OG: "1.1", MSG: "ADT^A03",
};

/** Fields whose table, or whose meaning, asks for a value of its own. */
const BY_FIELD: Readonly<Record<string, string>> = {
  "AL1-2": "DA^Drug allergy", "AL1-4": "SV", "IAM-2": "DA^Drug allergy", "IAM-4": "SV", "IAM-5": "Rash", "IAM-17": "I", "DG1-6": "F", "DG1-21": "D", "NK1-15": "M", "PID-8": "F", "PID-30": "Y", "PV1-2": "E", "PV1-4": "21", "PD1-7": "Y", "OBR-5": "S", "OBR-11": "G", "OBR-24": "RAD", "OBR-25": "C", "OBX-8": "H", "OBX-10": "A", "OBX-11": "C", "OBX-29": "RSLT", "OBX-30": "UNI",
  "ORC-1": "CA", "ORC-5": "CM", "ORC-28": "R", "SCH-25": "Noshow", "SCH-10": "MIN", "AIS-10": "Noshow", "AIP-12": "Cancelled", "TXA-3": "TX", "TXA-17": "AU", "TXA-18": "R", "TXA-19": "AV", "RXA-20": "RE", "RXA-21": "D", "RXO-9": "N", "TQ1-9": "S", "SPM-20": "Y", "PV2-22": "Y", "PID-24": "Y", "PID-25": "2", "TQ1-13": "2^H", "OBX-5": "7", "PV2-38": "A^Ambulance^HL70430", "RXO-11": "28",
};

/** What the condition of a row asks for besides the field: other fields of the same segment, by attribute where a field has several rows. */
type Satisfied = { field: string; attribute?: RegExp; condition?: RegExp; set: Readonly<Record<number, string>>; without?: readonly number[]; map?: string };
const CONDITIONS: readonly Satisfied[] = [
  { field: "", map: "PD1[Observation-LivingWill]", set: { 7: "Y" } },
  { field: "PID-2", map: "PID[Appointment]", set: { 2: "901^^^LOCAL" }, without: [3] },
  { field: "PID-14", attribute: /use/, set: { 14: "01234 567891" } }, { field: "NK1-6", attribute: /use/, set: { 6: "01234 567891" } },
  { field: "DG1-4", set: { 3: "V1^^LOCAL" } },
  { field: "OBR-7", map: "OBR[Specimen]", condition: /OBR-8 VALUED/, set: { 8: "20260102040506", 15: "BLD&Blood" } },
  { field: "PV1-2", attribute: /^status/, set: { 2: "P" } },
  { field: "RXO-12", condition: /12\.1 IS VALUED/, set: { 11: "28", 12: "mL^^UCUM" } },
  { field: "TQ1-6", attribute: /end$/, set: { 6: "2^H", 7: "20260102030405" } }, { field: "TQ1-6", attribute: /start$/, set: { 6: "2^H", 8: "20260102030405" } },
  { field: "RXE-19", set: { 2: "M1^Medicine^LOCAL", 19: "8^tablet" } },
  { field: "PID-12", attribute: /address\[2\]/, set: { 11: "1 Sample Road^^Sampleham^^^^^^Other County" } },
  { field: "PV1-3", condition: /PV1-2.1 EQUALS "P"/, set: { 2: "P" } },
  { field: "PV1-40", set: {} },
  { field: "PR1-7", set: { 5: "20260102030405" } },
  { field: "PR1-5", condition: /VALUED AND PR1-5\.5 VALUED/, set: { 7: "30" } },
  { field: "PR1-5", condition: /PR1-5\.5 NOT VALUED/, set: { 5: "20260102", 7: "30" } },
  { field: "PR1-4", set: { 3: "V1^^LOCAL" } },
  { field: "PR1-16", set: { 3: "V1^Sample^LOCAL" } },
  { field: "IAM-14", condition: /EQUALS "SEL"/, set: { 15: "SEL" } },
  { field: "IAM-14", condition: /NOT "SEL"/, set: { 15: "MTH^Mother" } },
  { field: "IAM-15", set: { 14: "Sampleton^Sam", 15: "MTH^Mother" } },
  { field: "IAM-12", set: {}, without: [11] },
  { field: "IAM-27", set: {}, without: [3] },
  { field: "OBR-7", condition: /OBR-8 VALUED/, set: { 8: "20260102040506" } },
  { field: "OBR-8", set: { 7: "20260102030405" } },
  { field: "OBR-7", map: "OBR[Specimen]", set: { 15: "BLD&Blood" } },
  { field: "OBR-8", map: "OBR[Specimen]", set: { 7: "20260102030405", 15: "BLD&Blood" } },
  { field: "OBR-11", condition: /EQUALS "A"/, set: { 11: "A" } },
  { field: "OBR-11", condition: /NOT IN/, set: { 11: "L" } },
  { field: "OBX-6", condition: /OBX-2 IN \("NA", "NM"\)/, set: { 2: "NM", 5: "7", 6: "mmol/L" } },
  { field: "OBX-6", condition: /OBX-5\.3 EQUALS "-"/, set: { 2: "SN", 5: "^1^-^2", 6: "mmol/L" } },
  { field: "OBX-6", condition: /OBX-5\.3 IN/, set: { 2: "SN", 5: "^1^:^2", 6: "mmol/L" } },
  { field: "OBX-6", condition: /OBX-5\.3 NOT IN/, set: { 2: "SN", 5: "^7", 6: "mmol/L" } },
  { field: "OBX-5", condition: /EQUALS "NM"/, set: { 2: "NM", 5: "7" } },
  { field: "OBX-5", condition: /IN \("ST"/, set: { 2: "ST", 5: "Words" } },
  ...["CF", "CNE", "CE", "CWE", "IS"].map((type): Satisfied => ({ field: "OBX-5", condition: new RegExp(`EQUALS "${type}"`), set: { 2: type, 5: "V1^Word^L" } })),
  { field: "OBX-5", condition: /EQUALS "DR"/, set: { 2: "DR", 5: "20260101^20260102" } },
  { field: "OBX-5", condition: /IN \("DTM"/, set: { 2: "DTM", 5: "20260102030405" } },
  { field: "OBX-5", condition: /EQUALS "NR"/, set: { 2: "NR", 5: "1^2" } },
  { field: "OBX-5", condition: /EQUALS "VR"/, set: { 2: "VR", 5: "1^2" } },
  { field: "OBX-5", condition: /EQUALS "TM"/, set: { 2: "TM", 5: "0930" } },
  { field: "OBX-5", condition: /OBX-5\.1\s+EQUALS "<>"/, set: { 2: "SN", 5: "<>^7" } },
  { field: "OBX-5", condition: /OBX-5\.3 IN \(":"/, set: { 2: "SN", 5: "^1^:^2" } },
  { field: "OBX-5", condition: /OBX-5\.3 EQUALS "-"/, set: { 2: "SN", 5: "^1^-^2" } },
  { field: "OBX-5", condition: /OBX-5\.3 EQUALS "\+"/, set: { 2: "SN", 5: "^2^+" } },
  { field: "OBX-5", condition: /OBX-5\.3 NOT IN/, set: { 2: "SN", 5: "^7" } },
  { field: "OBX-5", condition: /all fail while/, set: { 2: "SN", 5: "^a^-^b" } },
  { field: "OBX-5", condition: /OBX-2 EQUALS "ED"|OBX-2="ED"/, set: { 2: "ED", 5: "^application^pdf^Base64^JVBERi0xLjQKJQ==" } },
  { field: "OBX-5", condition: /"RP"/, set: { 2: "RP", 5: "https://sample.example/1^APP^application^pdf" } },
  { field: "OBX-5", condition: /OBX-2="FT"/, set: { 2: "FT", 5: "Formatted" } },
  { field: "OBX-5", condition: /OBX-2="TX"/, set: { 2: "TX", 5: "Text" } },
  { field: "OBX-11", condition: /"X"/, set: { 11: "X", 5: "" } },
  { field: "OBX-11", condition: /"N"/, set: { 11: "N", 5: "" } },
  { field: "OBX-24", set: { 23: "Sample Body^^B123" } },
  { field: "ORC-4", condition: /"EIP"|VALUED/, set: { 4: "P123&NS^F123&NS" } },
  { field: "ORC-1", condition: /ORC-5 NOT VALUED/, set: {} },
  { field: "SCH-7", condition: /HL70276/, set: { 7: "ROUTINE^Routine^HL70276" } },
  { field: "SCH-7", condition: /HL70277/, set: { 7: "NORMAL^Normal^HL70277" } },
  { field: "SCH-8", set: { 8: "NORMAL^Normal^HL70277" } },
  { field: "SCH-9", set: { 10: "MIN" } },
  { field: "TXA-19", condition: /"CA"/, set: { 19: "OB" } },
  { field: "RXA-6", set: { 6: "0.5" } },
  { field: "RXA-7", set: { 6: "0.5", 7: "mL" } },
  { field: "RXA-20", condition: /NOT VALUED AND/, set: { 20: "CP" } },
  { field: "RXA-22", set: { 21: "A" } },
  { field: "RXO-2", set: { 2: "1", 3: "2", 4: "tablet" } }, { field: "RXO-3", set: { 2: "1", 3: "2", 4: "tablet" } },
  { field: "RXO-4", set: { 2: "1", 3: "2", 4: "mg^milligram^UCUM" } },
  { field: "RXO-12", set: { 11: "28", 12: "tablet" } },
  { field: "RXO-18", set: { 18: "5" } }, { field: "RXO-19", set: { 18: "5", 19: "mg^^UCUM" } },
  { field: "RXO-25", set: { 18: "5", 25: "2" } }, { field: "RXO-26", set: { 18: "5", 25: "2", 26: "mL^^UCUM" } },
  { field: "SPM-17", condition: /NOT VALUED/, set: { 17: "20260101" } },
  { field: "AIS-5", set: { 5: "10", 6: "MIN" } }, { field: "AIP-7", set: { 3: "C1^Sampleton", 7: "10", 8: "MIN" } }, { field: "AIL-7", set: { 3: "WARD", 7: "10", 8: "MIN" } }, { field: "AIG-9", set: { 9: "10", 10: "MIN" } },
  { field: "AIS-7", set: { 4: "20260102030405", 7: "10", 8: "MIN" } }, { field: "AIP-9", set: { 6: "20260102030405", 9: "10", 10: "MIN" } }, { field: "AIL-9", set: { 6: "20260102030405", 9: "10", 10: "MIN" } }, { field: "AIG-11", set: { 8: "20260102030405", 11: "10", 12: "MIN" } },
  { field: "NTE-5", set: { 3: "Words" } }, { field: "NTE-6", set: { 3: "Words" } },
  { field: "PV1-45", set: {} },
];

type Fields = Record<number, string>;
/** What a segment must have besides the row's field to be one at all. */
const LEAST: Readonly<Record<string, Fields>> = {
  PID: { 3: "900^^^LOCAL^MR" }, NK1: { 2: "Sampleton^Kin" }, PV1: { 2: "I", 19: "V900" }, AL1: { 3: "A1^Substance^LOCAL" }, IAM: { 3: "A1^Substance^LOCAL" }, DG1: { 3: "D1^Diagnosis^LOCAL" }, PR1: { 3: "P1^Procedure^LOCAL" }, OBR: { 4: "T1^Test^LOCAL" }, OBX: { 2: "ST", 3: "R1^Result^LOCAL", 5: "x" }, TXA: { 2: "PN" }, SCH: { 11: "^^^20260301090000^20260301093000" }, RXA: { 5: "207^Vaccine^CVX" }, RXO: { 1: "M1^Medicine^LOCAL" }, RXE: { 2: "M1^Medicine^LOCAL" }, AIP: { 3: "C9^Other^One" }, AIL: { 3: "CLINIC" }, AIG: { 3: "DEV1^Device" }, AIS: { 3: "SVC^Service" }, SPM: { 4: "BLD^Blood" },
};
const FHIR_NAMES: Readonly<Record<string, string>> = { "NTE[Appointment-Comment]": "Appointment" };

function segmentText(name: string, fields: Fields): string {
  const most = Math.max(0, ...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: most }, (_, index) => fields[index + 1] ?? "")].join("|");
}

/** The message of a map, in the order of its structure; the segment under test in its place, `null` to leave it out. */
function messageOf(map: string, tested: Fields, field: string): string {
  const segment = field.startsWith("RXE-") ? "RXE" : map.slice(0, 3);
  const target = /\[(\w+)/.exec(map)![1]!;
  const at = (name: string, always = true): string[] => (name === segment ? [segmentText(name, { ...LEAST[name], ...tested })] : always ? [segmentText(name, LEAST[name] ?? {})] : []);
  const optional = (name: string): string[] => at(name, false);
  const head = (kind: string): string[] => [`MSH|^~\\&|PAS|RN5|KMCR|X|20260101090000||${segment === "MSH" && tested[9] ? tested[9] : kind}|c1|P|2.8`];
  const patient = [...at("PID"), ...optional("PD1"), ...optional("NK1")];
  const isOrder = target === "ServiceRequest" && segment !== "SCH";
  const lines = ((): string[] => {
    if (target === "Appointment" || segment === "SCH") return [...head("SIU^S12"), ...at("SCH"), ...optional("NTE"), ...patient, "RGS|1", ...at("AIS"), ...optional("AIG"), ...optional("AIL"), ...optional("AIP")];
    if (target === "DocumentReference") return [...head("MDM^T02"), "EVN|T02|20260101090000", ...patient, ...at("PV1"), ...at("TXA"), ...optional("NTE"), ...(segment === "OBX" ? at("OBX") : [])];
    if (target === "Immunization") return [...head("VXU^V04"), ...patient, ...(segment === "ORC" ? at("ORC") : []), ...at("RXA"), ...optional("RXR")];
    if (segment === "RXE") return [...head("RDE^O11"), ...patient, "ORC|NW|PL1", ...at("RXE")];
    if (target === "MedicationRequest") return [...head("ORM^O01"), ...patient, "ORC|NW|PL1", ...at("RXO"), ...optional("RXR"), ...optional("TQ1")];
    if (isOrder) return [...head("OML^O21"), ...patient, ...(segment === "ORC" ? at("ORC") : segment === "TQ1" ? ["ORC|NW|PL1"] : []), ...optional("TQ1"), ...at("OBR"), ...optional("NTE"), ...optional("SPM")];
    if (["OBR", "OBX", "NTE", "ORC", "SPM"].includes(segment)) return [...head("ORU^R01"), ...patient, ...(segment === "ORC" ? at("ORC") : []), ...at("OBR"), ...(field === "OBX-4" ? ["OBX|1|ST|R0^Parent^LOCAL|1|x"] : []), ...at("OBX"), ...optional("NTE"), ...optional("SPM")];
    if (segment === "IAM") return [...head("ADT^A60"), ...patient, ...at("IAM")];
    // An event that leaves the visit's state to PV1.
    return [...head(field === "PV1-2" || field === "PV1-45" ? "ADT^A08" : "ADT^A01"), "EVN|A01|20260101090000", ...patient, ...at("PV1"), ...optional("PV2"), ...optional("AL1"), ...optional("DG1"), ...optional("PR1")];
  })();
  return lines.join("\r");
}

/** All resources that a message becomes, contained ones too, with their source keys. */
function resourcesOf(text: string): { key: string; resource: Resource }[] {
  const parsed = parseHl7(text);
  if (!parsed.ok) throw new Error(`${parsed.fault.why}: ${text}`);
  const result = mapHl7(parsed.message, "Europe/London");
  if (!result.ok) throw new Error(`${result.marks[0]!.why}: ${text}`);
  return result.mapped.patients.flatMap((patient) => patient.items).flatMap(({ sourceKey, resource }) => [{ key: `${resource.resourceType}/${sourceKey}`, resource }, ...(resource.contained ?? []).map((each) => ({ key: `#${each.id}`, resource: each }))]);
}

const listOf = (value: unknown): any[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** One step of a path; a choice element by the beginning of its name; an extension of a primitive by its underscored twin. */
function step(holders: readonly any[], name: string, next: string | undefined): any[] {
  return holders.flatMap((holder) => {
    if (typeof holder !== "object" || holder === null) return [];
    if (next === "extension") return [...listOf(holder[name]).filter((each) => typeof each === "object"), ...listOf(holder[`_${name}`])];
    if (holder[name] !== undefined) return listOf(holder[name]);
    const spelt = Object.keys(holder).find((key) => key.toLowerCase() === name.toLowerCase());
    if (spelt !== undefined) return listOf(holder[spelt]);
    return Object.keys(holder).filter((key) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length))).flatMap((key) => listOf(holder[key]));
  });
}

/** The values at an attribute of the guide: `participant[1].individual(Practitioner)`, `diagnosis.condition(Condition.code.text)`. */
function valuesAt(attribute: string, holders: readonly any[], all: readonly { key: string; resource: Resource }[]): any[] {
  const bare = attribute.replace(/="?[^()]*"?$/, "").replace(/\[[^\]]*\]/g, "").replace(".reference(", "(");
  const open = bare.indexOf("(");
  const path = (open < 0 ? bare : bare.slice(0, open)).replace(/\.$/, "").split(".").map((each) => each.trim()).filter((each) => each !== "" && each !== "$this");
  const values = path.reduce<any[]>((found, name, index) => step(found, name, path[index + 1]), [...holders]);
  if (open < 0) return values;
  const inner = bare.slice(open + 1).replace(/\)+$/, (ends) => ends.slice(1)).trim();
  const dot = inner.indexOf(".");
  if (dot < 0) return values;
  const rest = inner.slice(dot + 1);
  return values.flatMap((value) => {
    const target = all.find((each) => each.key === value?.reference)?.resource;
    if (target !== undefined) return valuesAt(rest, [target], all);
    // A person or body is named in the reference: identifier and words, and no resource of its own.
    if (/^(practitioner|practioner|Practitioner)(\(Practitioner\)?)?$/.test(rest) || /^practitioner$/.test(rest)) return value?.type === "Practitioner" ? [value] : [];
    if (/^organi[sz]ation\.?\(?Organization\)?$/i.test(rest)) return value?.type === "Organization" || String(value?.display).includes("Sample Body") ? [value] : [];
    if (rest === "name") return listOf(value?.display);
    if (rest === "code" && value?.coding !== undefined) return [value];
    if (/^identifier$/.test(rest)) return listOf(value?.identifier ?? (value?.value !== undefined ? value : undefined));
    return valuesAt(rest, [value], all);
  });
}

type Verdict = { row: Row; state: "mapped" | "reason" | "missing"; why: string };

const sample = (row: Row): string => BY_FIELD[row.field] ?? VALUES[row.datatype] ?? VALUES["ST"]!;

function isMapped(row: Row): boolean {
  const attribute = errata.find((each) => each.map === row.map && each.field === row.field && each.attribute === row.attribute)?.is ?? row.attribute;
  const number = Number(/-(\d+)$/.exec(row.field)?.[1] ?? 0);
  const type = FHIR_NAMES[row.map] ?? /\[(\w+)/.exec(row.map)![1]!;
  const matches = CONDITIONS.filter((each) => each.field === row.field && (each.attribute?.test(row.attribute) ?? true) && (each.condition?.test(row.condition) ?? true) && (each.map === undefined || each.map === row.map));
  const satisfied = matches.find((each) => each.map !== undefined) ?? matches[0];
  const set = number === 0 ? { ...satisfied?.set } : { [number]: sample(row), ...satisfied?.set };
  const without = Object.fromEntries((satisfied?.without ?? []).map((each) => [each, ""]));
  const withField = resourcesOf(messageOf(row.map, { ...set, ...without }, row.field));
  const withoutField = number === 0 ? [] : resourcesOrNone(messageOf(row.map, { ...satisfied?.set, ...without, [number]: LEAST[row.segment]?.[number] && LEAST[row.segment]![number] !== set[number] ? LEAST[row.segment]![number]! : "" }, row.field));
  const read = (all: readonly { key: string; resource: Resource }[]): any[] => valuesAt(attribute, all.filter((each) => each.resource.resourceType === type).map((each) => each.resource), all);
  const found = read(withField);
  // Two rows of the guide have the constant of the next row beside a reference.
  const literal = row.attribute.endsWith("(Practitioner)") || row.attribute.endsWith("(Location)") ? undefined : /^"+\s*([^"]*?)\s*"+$/.exec(row.assignment)?.[1];
  if (literal !== undefined && !found.some((value) => sameText(value, literal))) return false;
  const differs = JSON.stringify(found) !== JSON.stringify(read(withoutField));
  const anyEffect = JSON.stringify(withField) !== JSON.stringify(withoutField);
  return found.length > 0 && (number === 0 || (literal === undefined ? differs : anyEffect || row.condition !== ""));
}

const sameText = (value: any, literal: string): boolean => (Array.isArray(value?.coding) && value.coding.some((each: any) => sameText(each.code, literal))) || String(value) === literal || typeof value === "string" && value.toLowerCase().replace(/\.$/, "") === literal.toLowerCase().replace(/\.$/, "");

function resourcesOrNone(text: string): { key: string; resource: Resource }[] {
  try {
    return resourcesOf(text);
  } catch {
    return [];
  }
}

function judge(row: Row, used: Set<Reason>): Verdict {
  const reason = reasons.find((each) => each.map === row.map && each.field === row.field && (each.attribute === undefined || row.attribute.startsWith(each.attribute)));
  if (isMapped(row)) return { row, state: "mapped", why: "" };
  if (reason === undefined) return { row, state: "missing", why: "" };
  used.add(reason);
  return { row, state: "reason", why: reason.why };
}

if (!existsSync(join(folder, "segments"))) {
  process.stderr.write(`the guide's maps are not there: ${folder}\n`);
  process.exit(2);
}
const rows = readRows();
const notUsed = new Map(mapsNotUsed.map((each) => [each.map, each.why]));
const used = new Set<Reason>();
const verdicts = rows.filter((row) => !notUsed.has(row.map)).map((row) => judge(row, used));
const shown = new Set(process.argv.slice(2));
const count = (list: readonly Verdict[], state: Verdict["state"]): number => list.filter((each) => each.state === state).length;
const percent = (list: readonly Verdict[]): string => `${((100 * count(list, "mapped")) / list.length).toFixed(1)} %`;
const line = (name: string, list: readonly Verdict[]): string => `${name.padEnd(10)}${String(list.length).padStart(5)}${String(count(list, "mapped")).padStart(8)}${String(count(list, "reason")).padStart(8)}${String(count(list, "missing")).padStart(9)}${percent(list).padStart(9)}`;
process.stdout.write("segment    rows  mapped  reason  missing   mapped\n");
for (const [segment, list] of Map.groupBy(verdicts, (each) => each.row.segment)) {
  process.stdout.write(`${line(segment, list)}\n`);
  for (const { row, state, why } of list) if (state === "missing" || shown.has(segment)) process.stdout.write(`  ${state.padEnd(8)}${row.map} ${row.field} ${row.attribute}${row.condition ? ` (${row.condition.slice(0, 90)})` : ""}${why ? `: ${why}` : ""}\n`);
}
process.stdout.write(`${line("all", verdicts)}\n\nmaps not used, each with its reason:\n`);
for (const [map, why] of notUsed) process.stdout.write(`  ${map} (${rows.filter((row) => row.map === map).length} rows): ${why}\n`);
const stale = reasons.filter((each) => !used.has(each));
for (const each of stale) process.stdout.write(`stale reason: ${each.map} ${each.field} ${each.attribute ?? ""} is mapped, or no row of the guide\n`);
const share = (100 * count(verdicts, "mapped")) / verdicts.length;
if (share < LEAST_PERCENT || count(verdicts, "missing") > 0 || stale.length > 0) process.exitCode = 1;
