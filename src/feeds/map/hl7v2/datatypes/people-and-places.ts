/** XPN[HumanName], XAD[Address], XTN[ContactPoint], XCN, CNN and NDL[Practitioner], XON[Organization], PL[Location]. Practitioners, organisations and places are named where they stand: identifier and name in the reference. */
import type { Hl7Segment, Identifier } from "#standards";
import { ADDRESS_USE, NAME_USE, TELECOM_SYSTEM, TELECOM_USE } from "../codes/tables.ts";
import { filled, filledOrNone } from "../reading.ts";
import { namespaceOf } from "./identifiers.ts";
import { timeOf } from "./ts.ts";

export type NamedReference = { type: string; identifier?: Identifier; display?: string };

/** XPN[HumanName]. */
export function humanName(segment: Hl7Segment, repetition: string, zone: string, use?: string): Record<string, unknown> | undefined {
  const part = (component: number): string => segment.part(repetition, component).trim();
  const own = segment.part(repetition, 1, 2).trim(); // FN.2: `van` of `van Gogh`
  const surname = part(1);
  const family = own && !surname.toLowerCase().startsWith(own.toLowerCase()) && segment.part(repetition, 1, 3) === "" ? `${own} ${surname}` : surname;
  const given = [part(2), part(3)].filter(Boolean);
  if (family === "" && given.length === 0) return undefined;
  const period = filledOrNone({ start: timeOf(part(12), zone), end: timeOf(part(13), zone) });
  return filled({ use: use ?? NAME_USE[part(7).toUpperCase()], family, given, prefix: [part(5)].filter(Boolean), suffix: [part(4), part(6)].filter(Boolean), period });
}

/** XPN as one text: title, given, family. */
export function nameWords(segment: Hl7Segment, field: number): string | undefined {
  return [5, 2, 3, 1].map((component) => segment.text(field, component).trim()).filter(Boolean).join(" ") || undefined;
}

/** XAD[Address], the street's own parts (SAD) in one line. */
export function address(segment: Hl7Segment, repetition: string): Record<string, unknown> | undefined {
  const part = (component: number): string => segment.part(repetition, component).trim();
  const street = [segment.part(repetition, 1, 3).trim(), segment.part(repetition, 1, 2).trim() && `${segment.part(repetition, 1, 2).trim()}`].filter(Boolean);
  const line = [part(1), ...street, part(2), part(8)].filter(Boolean);
  const kind = part(7).toUpperCase();
  const type = kind === "M" || kind === "SH" ? "postal" : undefined;
  const [city, state, postalCode, country, district] = [part(3), part(4), part(5), part(6), part(9)];
  if (line.length === 0 && !city && !state && !postalCode && !country && !district) return undefined;
  return filled({ use: ADDRESS_USE[kind], type, line, city, district, state, postalCode, country });
}

/** XTN[ContactPoint]: the number as written, else put together from its parts; mail by 4. */
export function contactPoint(segment: Hl7Segment, repetition: string, use?: string): Record<string, unknown> | undefined {
  const part = (component: number): string => segment.part(repetition, component).trim();
  const equipment = part(3).toUpperCase();
  const mail = part(4);
  const isMail = equipment === "INTERNET" || equipment === "X.400" || part(2).toUpperCase() === "NET" || mail.includes("@");
  const parts = [part(5) && `+${part(5).replace(/^\+/, "")}`, part(6), part(7), part(8) && `ext ${part(8)}`].filter(Boolean).join(" ");
  const value = isMail ? mail || part(1) || part(12) : part(12) || part(1) || parts;
  if (value === "") return undefined;
  const mobile = equipment === "CP" || part(2).toUpperCase() === "PRS" ? "mobile" : undefined;
  return filled({ system: isMail ? "email" : (TELECOM_SYSTEM[equipment] ?? "phone"), value, use: mobile ?? TELECOM_USE[part(2).toUpperCase()] ?? use });
}

export const contactPoints = (segment: Hl7Segment, field: number, use?: string): Record<string, unknown>[] => segment.repetitions(field).map((repetition) => contactPoint(segment, repetition, use)).filter((each) => each !== undefined);
export const addresses = (segment: Hl7Segment, field: number): Record<string, unknown>[] => segment.repetitions(field).map((repetition) => address(segment, repetition)).filter((each) => each !== undefined);

/** XCN as the words of a reference: `Dr Kathleen Woolfson`. */
export function professional(segment: Hl7Segment, field: number): string | undefined {
  return practitioner(segment, field)?.display;
}

/** XCN[Practitioner], first repetition unless told. NDL and CNN, whose parts are subcomponents of component 1, are read too. */
export function practitioner(segment: Hl7Segment, field: number, repetition = segment.repetitions(field)[0]): NamedReference | undefined {
  if (repetition === undefined) return undefined;
  const inside = segment.part(repetition, 1, 2) !== "" && segment.part(repetition, 2) === "";
  const part = (number: number): string => (inside ? segment.part(repetition, 1, number) : segment.part(repetition, number)).trim();
  const [id, family, given, , suffix, prefix] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const display = [prefix, given, family, suffix].filter(Boolean).join(" ") || id;
  if (!display) return undefined;
  const system = inside ? undefined : namespaceOf(segment, repetition, 9);
  return { type: "Practitioner", ...(id && { identifier: { ...(system && { system }), value: id } }), display };
}

export const practitioners = (segment: Hl7Segment, field: number): NamedReference[] => segment.repetitions(field).map((repetition) => practitioner(segment, field, repetition)).filter((each) => each !== undefined);

/** XON[Organization]: name, id in 10 or (as older versions have it) 3. */
export function organisation(segment: Hl7Segment, field: number): NamedReference | undefined {
  const repetition = segment.repetitions(field)[0];
  if (repetition === undefined) return undefined;
  const part = (component: number): string => segment.part(repetition, component).trim();
  const [name, id] = [part(1), part(10) || part(3)];
  if (!name && !id) return undefined;
  const system = namespaceOf(segment, repetition, 6);
  return { type: "Organization", ...(id && { identifier: { ...(system && { system }), value: id } }), display: name || id };
}

/** PL[Location] as words: ward, bay, bed, then the site. */
export function place(segment: Hl7Segment, field: number): string | undefined {
  const raw = segment.repetitions(field)[0];
  if (raw === undefined) return undefined;
  const [ward, room, bed, site] = [1, 2, 3, 4].map((component) => segment.part(raw, component).trim());
  return [[ward, room, bed].filter(Boolean).join(" "), site].filter(Boolean).join(", ") || segment.part(raw, 9).trim() || undefined;
}

/** PL[Location]: in words, and by the ward alone where more than the ward is said, since a list of a ward's people is of all its beds. */
export function location(segment: Hl7Segment, field: number): (NamedReference & { display: string }) | undefined {
  const display = place(segment, field);
  if (display === undefined) return undefined;
  const ward = segment.text(field).trim();
  return { type: "Location", ...(ward !== "" && ward !== display && { identifier: { value: ward } }), display };
}
