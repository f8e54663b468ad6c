/**
 * A unit as clinical screens print it. UCUM writes for machines (`10*9/L`,
 * `mL/min/{1.73_m2}`, `umol/L`); the value and its meaning are untouched, and
 * the source's own text stays in the resource. A unit that is not known here is
 * shown as it was sent.
 */
export function unitText(unit: string): string {
  return unit
    .replace(/\{1\.73_m2\}|1\.73\s*m\^?2\b/g, "1.73 m²")
    .replace(/\b10[*^](\d+)/g, (_, power: string) => `×10${[...power].map((digit) => SUPERSCRIPT[Number(digit)]).join("")}`)
    .replace(/^u(mol|L|IU)\b|\/u(L|mol)\b/g, (whole) => whole.replace("u", "µ"))
    .replace(/^ug\b/, "micrograms")
    .replace(/^UMOLL$/i, "µmol/L")
    .replace(/^MMOLL$/i, "mmol/L")
    .replace(/\[degF\]/, "°F")
    .replace(/^Cel$/, "°C")
    .replace(/^mm\[Hg\]$/, "mmHg");
}
const SUPERSCRIPT = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
