/**
 * An HL7 v2 time (`YYYY[MM[DD[HH[MM[SS[.S]]]]]][+-ZZZZ]`) as a FHIR dateTime of the
 * same precision; an hour alone, which FHIR cannot say, as its day. A time
 * without a zone takes the sender's (`zone`, IANA name).
 * `null` where the text is no such time; the caller keeps the text.
 */
export function fhirDateTime(text: string, zone: string): string | null {
  const match = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d+)?)?)?)?)?)?([+-]\d{4})?$/.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00", offset] = match;
  if (month === undefined) return year!;
  if (Number(month) < 1 || Number(month) > 12) return null;
  if (day === undefined) return `${year}-${month}`;
  if (Number(day) < 1 || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null;
  if (Number(hour ?? 0) > 23) return null;
  if (minute === undefined) return `${year}-${month}-${day}`;
  if (Number(minute) > 59 || Number(second) > 59) return null;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  return `${local}${offset ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offsetAt(local, zone)}`;
}

/** The date part only, for dates of birth: `YYYY[-MM[-DD]]`, or `null`. */
export function fhirDate(text: string): string | null {
  return fhirDateTime(text.slice(0, 8), "UTC");
}

const offsets = new Map<string, string>();
/** The zone's offset at a local time, `+01:00` in a British summer; cached by day and hour. */
function offsetAt(local: string, zone: string): string {
  const key = `${zone}${local.slice(0, 13)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const at = new Date(`${local}Z`);
    const name = formatterOf(zone).formatToParts(at).find((part) => part.type === "timeZoneName")!.value;
    offset = name === "GMT" ? "+00:00" : name.slice(3);
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) formatters.set(zone, (formatter = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" })));
  return formatter;
}
