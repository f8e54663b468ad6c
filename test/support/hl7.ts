/** HL7 v2 messages as the outside feed's hospital would write them. */

export type Hl7Parts = { id: string; kind?: string; patient?: string; nhsNumber?: string; family?: string; birth?: string; at?: string; segments?: readonly string[]; end?: string; /** MSH-15 and MSH-16: enhanced mode. */ accept?: string; application?: string };

/** One message of the outside hospital: MSH, EVN, PID, and what is given after them. */
export function hl7({ id, kind = "ADT^A31", patient = "P1", nhsNumber, family = "Testing", birth = "19500301", at = "20261101120000", segments = [], end = "\r", accept = "", application = "" }: Hl7Parts): string {
  const ids = [`${patient}^^^SIMULATOR MRN^MRN`, ...(nhsNumber === undefined ? [] : [`${nhsNumber}^^^NHSNBR^NHSNMBR`])].join("~");
  return [
    `MSH|^~\\&|SIMHOSP|SFAC|RAPP|RFAC|${at}||${kind}|${id}|T|2.3|||${accept}|${application}|44|UTF-8`,
    `EVN|${kind.split("^")[1]}|${at}`,
    `PID|1|${patient}|${ids}||${family}^Ann^^^Mrs^^L||${birth}|F|||1 ${family} Street^^Testham^^${postcodeOf(family)}^GBR^HOME`,
    ...segments,
    "",
  ].join(end);
}

/** People of other names live elsewhere: one first name, birthday and house would be one person to anybody. */
const postcodeOf = (family: string): string => `TN${(family.length * 7 + family.charCodeAt(0)) % 90 + 1} ${family.charCodeAt(family.length - 1) % 9 + 1}${(family.slice(-2, -1) || "A").toUpperCase()}A`;

/** OBR and OBX of one result. */
export function result({ order, code = "CREAT^Creatinine^LOCAL", type = "NM", value, unit = "umol/L", range = "49-92", status = "F", at = "20261101120000" }: { order: string; code?: string; type?: string; value: string; unit?: string; range?: string; status?: string; at?: string }): string[] {
  return [`OBR|1|${order}|${order}|UE^Urea and electrolytes^LOCAL||${at}|${at}|||||||${at}||||||||${at}|||${status}`, `OBX|1|${type}|${code}||${value}|${unit}|${range}||||${status}|||${at}`];
}
