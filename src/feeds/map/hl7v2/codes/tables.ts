/** HL7 v2 tables to FHIR codes, each under its number and name. What is not in a table is not guessed: the concept keeps what was sent. */

type Table = Readonly<Record<string, string>>;

/** 0001 administrative sex, with the NHS Data Dictionary's numbers. */
export const SEX: Table = { "1": "male", M: "male", "2": "female", F: "female", "9": "other", O: "other", A: "other", X: "unknown", "0": "unknown", U: "unknown", N: "other" };
/** 0002 marital status. */
export const MARITAL_STATUS: Table = { A: "Separated", D: "Divorced", M: "Married", S: "Single", W: "Widowed", C: "Common law", G: "Living together", P: "Domestic partner", R: "Registered partner", E: "Legally separated", N: "Annulled", B: "Unmarried", I: "Interlocutory", U: "Unknown", O: "Other" };
/** 0052 diagnosis type: why it stands with the visit. */
export const DIAGNOSIS_USE: Readonly<Record<string, { code: string; display: string }>> = { A: { code: "AD", display: "Admission diagnosis" }, W: { code: "CC", display: "Chief complaint" }, F: { code: "DD", display: "Discharge diagnosis" } };
/** 0085 observation result status. */
export const RESULT_STATUS: Table = { F: "final", C: "corrected", P: "preliminary", R: "preliminary", S: "preliminary", I: "registered", O: "registered", D: "entered-in-error", W: "entered-in-error", X: "cancelled", N: "cancelled", U: "final", V: "final", A: "amended", B: "amended" };
/** 0123 result status of a report. */
export const REPORT_STATUS: Table = { F: "final", C: "corrected", M: "amended", P: "preliminary", R: "preliminary", S: "registered", I: "registered", O: "registered", N: "registered", X: "cancelled", A: "partial", Y: "unknown", Z: "unknown" };
/** What a report's status says of a result that names none. */
export const RESULT_OF_REPORT: Table = { final: "final", corrected: "corrected", amended: "amended", preliminary: "preliminary", registered: "registered", cancelled: "cancelled", partial: "preliminary" };
/** 0127 allergen type. */
export const ALLERGY_CATEGORY: Table = { DA: "medication", FA: "food", EA: "environment", LA: "environment", AA: "environment", PA: "environment" };
export const ALLERGY_TYPE: Table = { DA: "allergy", FA: "allergy", MA: "allergy", EA: "allergy", LA: "allergy", AA: "allergy", PA: "allergy", MC: "intolerance" };
/** 0128 allergy severity. */
export const ALLERGY_SEVERITY: Table = { SV: "severe", MO: "moderate", MI: "mild" };
/** 0438 allergy clinical status: what is known of it, and whether it still holds. */
export const ALLERGY_STATUS: Readonly<Record<string, { verification: string; clinical: string }>> = {
  U: { verification: "unconfirmed", clinical: "active" }, P: { verification: "unconfirmed", clinical: "active" }, S: { verification: "unconfirmed", clinical: "active" }, D: { verification: "unconfirmed", clinical: "active" },
  C: { verification: "confirmed", clinical: "active" }, I: { verification: "confirmed", clinical: "inactive" }, E: { verification: "entered-in-error", clinical: "" },
};
/** 0038 order status, before 0119 order control. */
export const ORDER_STATUS: Table = { A: "active", CA: "revoked", CM: "completed", DC: "revoked", ER: "entered-in-error", HD: "on-hold", IP: "active", RP: "revoked", SC: "active" };
export const ORDER_CONTROL: Table = {
  NW: "active", AF: "active", SN: "active", XO: "active", XX: "active", XR: "active", RL: "active", OE: "active", OR: "active", RO: "active", RU: "active", CH: "active", PA: "active", OK: "active", NA: "active", SC: "active", FU: "active", RF: "active", OF: "active", RE: "completed", PR: "active",
  CA: "revoked", CR: "revoked", OC: "revoked", DC: "revoked", DR: "revoked", OD: "revoked", DF: "revoked", RP: "revoked", RQ: "revoked", UA: "revoked", HD: "on-hold", HR: "on-hold", OH: "on-hold", DE: "entered-in-error",
};
/** MedicationRequest has words of its own for what was revoked. */
export const MEDICATION_ORDER_STATUS: Table = { active: "active", revoked: "cancelled", completed: "completed", "on-hold": "on-hold", "entered-in-error": "entered-in-error" };
/** 0485 extended priority, and the letters of the older quantity and timing. */
export const PRIORITY: Table = { S: "stat", A: "asap", R: "routine", U: "urgent", T: "urgent" };
/** 0278 filler status of an appointment. */
export const APPOINTMENT_STATUS: Table = { PENDING: "pending", WAITLIST: "waitlist", BOOKED: "booked", STARTED: "arrived", COMPLETE: "fulfilled", CANCELLED: "cancelled", DISCONTINUED: "cancelled", DELETED: "entered-in-error", BLOCKED: "booked", OVERBOOK: "booked", NOSHOW: "noshow" };
export const PARTICIPATION: Table = { PENDING: "needs-action", WAITLIST: "tentative", CANCELLED: "declined", DISCONTINUED: "declined", DELETED: "declined" };
/** 0271 document completion, 0273 availability, 0191 kind of content, 0272 confidentiality. */
export const DOCUMENT_COMPLETION: Table = { DI: "preliminary", DO: "preliminary", IN: "preliminary", IP: "preliminary", PA: "preliminary", AU: "final", LA: "final" };
export const DOCUMENT_AVAILABILITY: Table = { AV: "current", CA: "entered-in-error", OB: "superseded", UN: "current" };
export const DOCUMENT_CONTENT: Table = { TX: "text/plain", TEXT: "text/plain", FT: "text/plain", AU: "audio/basic", IM: "image/tiff", SI: "image/tiff", SD: "application/octet-stream", AP: "application/octet-stream", NS: "application/octet-stream" };
/** 0322 completion of a vaccination. */
export const IMMUNIZATION_STATUS: Table = { CP: "completed", PA: "completed", RE: "not-done", NA: "not-done" };
/** 0136 yes or no. */
export const YES_NO: Readonly<Record<string, boolean>> = { Y: true, N: false };
/** 0200 name type. */
export const NAME_USE: Table = { L: "official", D: "usual", M: "maiden", N: "nickname", P: "nickname", MSK: "anonymous", S: "anonymous", BAD: "old", NOUSE: "old", TEMP: "temp", R: "official" };
/** 0190 address type. */
export const ADDRESS_USE: Table = { H: "home", HOME: "home", P: "home", L: "home", C: "temp", V: "temp", B: "work", O: "work", BA: "old", BI: "billing" };
/** 0201 use and 0202 equipment of a telephone. */
export const TELECOM_USE: Table = { PRN: "home", ORN: "home", VHN: "home", WPN: "work", PRS: "mobile", HOME: "home", WORK: "work" };
export const TELECOM_SYSTEM: Table = { PH: "phone", CP: "phone", SAT: "phone", FX: "fax", BP: "pager", INTERNET: "email", "X.400": "email", MD: "other", TDD: "phone", TTY: "phone" };
/** 0080 nature of the range that a result was judged by. */
export const NATURE_OF_ABNORMALITY: Table = { A: "Age", N: "None", R: "Race", S: "Sex" };
/** 0315 living will. */
export const LIVING_WILL: Table = { Y: "Yes, the person has a living will", F: "Yes, with the record", N: "No", I: "No, information was given", U: "Unknown" };
/** 0078 interpretation: the codes that FHIR's own system has; others keep table 0078's. */
export const INTERPRETATIONS: Table = { H: "High", L: "Low", HH: "Critical high", LL: "Critical low", HU: "Significantly high", LU: "Significantly low", N: "Normal", A: "Abnormal", AA: "Critical abnormal", U: "Significant change up", D: "Significant change down", B: "Better", W: "Worse", S: "Susceptible", R: "Resistant", I: "Intermediate", NEG: "Negative", POS: "Positive", IND: "Indeterminate", DET: "Detected", ND: "Not detected", NR: "Non-reactive", RR: "Reactive", WR: "Weakly reactive", "<": "Off scale low", ">": "Off scale high" };
/** 0074 diagnostic service: those that make images. */
export const IMAGING = new Set(["RAD", "CT", "NMR", "NMS", "RUS", "VUS", "OUS", "XRC", "CUS", "PHR"]);
/** 0177 confidentiality of an order: what FHIR's labels know by the same letters. */
export const CONFIDENTIALITY: Readonly<Record<string, { system: string; code: string }>> = {
  R: { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }, V: { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "V" }, U: { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "N" },
  PSY: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "PSY" }, ETH: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "ETH" }, HIV: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "HIV" }, AID: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "HIV" },
};
/** LOINC vital signs: measured at the bedside, not in a laboratory. */
export const VITAL_SIGNS = new Set(["8867-4", "9279-1", "8310-5", "85354-9", "8480-6", "8462-4", "2708-6", "59408-5", "8302-2", "29463-7", "39156-5", "9843-4"]);
/** 0335 repeat pattern in words; a pattern that is not here keeps its own. */
export const REPEAT_PATTERN: Readonly<Record<string, { text: string; frequency?: number; period?: number; periodUnit?: string }>> = {
  QD: { text: "once a day", frequency: 1, period: 1, periodUnit: "d" }, OD: { text: "once a day", frequency: 1, period: 1, periodUnit: "d" }, BID: { text: "twice a day", frequency: 2, period: 1, periodUnit: "d" }, BD: { text: "twice a day", frequency: 2, period: 1, periodUnit: "d" },
  TID: { text: "three times a day", frequency: 3, period: 1, periodUnit: "d" }, TDS: { text: "three times a day", frequency: 3, period: 1, periodUnit: "d" }, QID: { text: "four times a day", frequency: 4, period: 1, periodUnit: "d" }, QDS: { text: "four times a day", frequency: 4, period: 1, periodUnit: "d" },
  QOD: { text: "every other day", frequency: 1, period: 2, periodUnit: "d" }, QAM: { text: "every morning" }, QPM: { text: "every evening" }, QHS: { text: "at bedtime" }, NOCTE: { text: "at night" }, MANE: { text: "in the morning" }, PRN: { text: "as required" }, ONCE: { text: "once" }, STAT: { text: "at once" },
};
