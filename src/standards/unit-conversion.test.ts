import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { ANALYTES, analyteOf } from "./tests/analytes.ts";
import { converterOf, dimensionOf, isNumber } from "./unit-conversion.ts";

const creatinine = ANALYTES.find(({ id }) => id === "creatinine")!;
const converted = (value: string, from: string, to: string, decimals = 1, nature = { molarMass: null as string | null, isEnzyme: false }): string | null => converterOf(from, to, nature)?.text(value, decimals) ?? null;

test("REC-16 spellings of one unit are one unit", () => {
  for (const [one, other] of [["10*9/L", "10^9/L"], ["10*9/L", "x10^9/l"], ["10*9/L", "×10⁹/L"], ["10*9/L", "10E9/L"], ["umol/L", "µmol/L"], ["umol/L", "μmol/l"], ["umol/L", "UMOLL"], ["mmol/L", "MMOL/L"], ["mm[Hg]", "mmHg"], ["mL/min/{1.73_m2}", "mL/min/1.73 m^2"], ["g/L", "mg/mL"], ["/min", "beats/min"], ["kg/m2", "kg/m²"]] as const) {
    assert.equal(converterOf(one, other)?.isSame, true, `${one} and ${other}`);
    assert.equal(converted("0.10", one, other), "0.10", "the text of the number is kept");
  }
});

test("REC-16 within a dimension the decimal point moves and no digit is lost", () => {
  assert.equal(converted("10.40", "g/dL", "g/L"), "104.0");
  assert.equal(converted("104", "g/L", "g/dL"), "10.4");
  assert.equal(converted("1.45", "mg/dL", "mg/L"), "14.5");
  assert.equal(converted("<5", "mg/L", "mg/dL"), "<0.5");
  assert.equal(converted("7", "10*9/L", "10*6/mL"), "7");
  assert.equal(converted("128", "umol/L", "mmol/L"), "0.128");
  assert.equal(converted("81.2", "kg", "g"), "81200");
});

test("REC-16 mass becomes amount of substance only for a test whose molar mass is known", () => {
  assert.equal(converted("1.45", "mg/dL", "umol/L", 0, creatinine), "128");
  assert.equal(converted("128", "umol/L", "mg/dL", 2, creatinine), "1.45");
  assert.equal(converted("100", "mg/dL", "mmol/L", 2, ANALYTES.find(({ id }) => id === "glucose")!), "5.55");
  assert.equal(converted("200", "mg/dL", "mmol/L", 2, ANALYTES.find(({ id }) => id === "cholesterol")!), "5.17");
  assert.equal(converterOf("mg/dL", "umol/L"), null, "without a molar mass");
  assert.equal(converterOf("mg/dL", "umol/L", ANALYTES.find(({ id }) => id === "crp")!), null, "C-reactive protein has none");
});

test("REC-16 pressure, enzymes and body measurements convert by their definitions; what is not the same quantity never does", () => {
  assert.equal(converted("40", "mm[Hg]", "kPa", 2), "5.33");
  assert.equal(converted("11", "[st_av]", "kg", 2), "69.85");
  assert.equal(converted("26", "[IU]/L", "U/L", 0, ANALYTES.find(({ id }) => id === "alt")!), "26");
  assert.equal(converterOf("[IU]/L", "U/L", ANALYTES.find(({ id }) => id === "tsh")!), null, "an international unit of a hormone is none of an enzyme");
  for (const [one, other] of [["mmol/mol", "%"], ["Mg/L", "mg/dL"], ["g/L", "g"], ["mmol/L", "mmol/mol"], ["Cel", "[degF]"], ["", "mmol/L"], ["beans", "mmol/L"], ["mg", "mL"]] as const) assert.equal(converterOf(one, other), null, `${one} to ${other}`);
  assert.notEqual(dimensionOf("beans"), dimensionOf("peas"));
  assert.equal(dimensionOf("beans"), dimensionOf("beans"));
});

test("REC-16 no conversion changes the order of two values, neither as number nor as text", () => {
  const units = ["mg/dL", "umol/L", "mmol/L", "g/L", "ng/mL", "pmol/L"];
  const text = fc.tuple(fc.nat(99_999), fc.integer({ min: 0, max: 4 })).map(([digits, scale]) => (digits / 10 ** scale).toFixed(scale));
  fc.assert(
    fc.property(text, text, fc.constantFrom(...units), fc.constantFrom(...units), fc.integer({ min: 0, max: 3 }), fc.constantFrom(...ANALYTES.filter(({ molarMass }) => molarMass !== null)), (one, other, from, to, decimals, analyte) => {
      const converter = converterOf(from, to, analyte)!;
      const [before, after] = [Math.sign(Number(one) - Number(other)), Math.sign(converter.number(one) - converter.number(other))];
      assert.ok(after === before || after === 0, `${one} ${other} ${from} ${to}`);
      const worded = Math.sign(Number(converter.text(one, decimals)) - Number(converter.text(other, decimals)));
      assert.ok(worded === before || worded === 0, `${one} ${other} ${from} ${to} as text`);
    }),
    { numRuns: 1000 },
  );
});

test("a number to a unit and back is the number, where nothing is cut", () => {
  fc.assert(
    fc.property(fc.nat(999_999), fc.constantFrom(["g/dL", "g/L"], ["mg/dL", "ug/L"], ["mmol/L", "umol/L"]), (digits, [one, other]) => {
      const there = converterOf(one!, other!)!.text(String(digits), 0);
      assert.equal(Number(converterOf(other!, one!)!.text(there, 0)), digits);
    }),
  );
});

test("a code stands for one analyte, and every analyte has a code", () => {
  const codes = ANALYTES.flatMap(({ codings }) => codings.map(({ system, code }) => `${system}|${code}`));
  assert.equal(new Set(codes).size, codes.length);
  for (const { id, codings, molarMass } of ANALYTES) assert.ok(codings.length > 0 && (molarMass === null || isNumber(molarMass)), id);
  assert.equal(analyteOf("http://loinc.org", "2160-0"), analyteOf("http://loinc.org", "14682-9"));
  assert.equal(analyteOf(null, "2160-0"), null, "a local code that looks like LOINC's is not");
  assert.equal(analyteOf("http://loinc.org", "4548-4"), null, "HbA1c in percent is another number");
});
