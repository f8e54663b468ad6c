/** What an explanation or a rule says, in words that name no person and repeat no detail of one. */
import type { CareKind } from "./engine/columns.ts";
import type { CareFacts } from "./engine/gather.ts";
import type { RuleId } from "./engine/rule-names.ts";
import type { Nearness } from "./engine/settings.ts";

const CARE_WORDS: Readonly<Record<CareKind, string>> = {
  registration: "is registered with", admission: "was admitted to", attendance: "was seen at", referral: "was referred to", appointment: "has an appointment with", caseload: "is on the caseload of", "care-team": "is in the care of a team of", crew: "was attended by a crew of", form: "has a plan or form written by", request: "was the matter of a request to",
};
const NEAR_WORDS: Readonly<Record<Nearness, string>> = { named: "the professional, by name", team: "the professional's own team", "house-service": "the house that the professional's service serves", organisation: "the professional's employer" };

/** `was admitted to the professional's own team (since 12 Nov 2026)`. */
export function explanationWords(care: CareFacts, nearness: Nearness, weak: boolean, day: (at: number) => string): string {
  return `The person ${CARE_WORDS[care.kind]} ${NEAR_WORDS[nearness]} (${day(care.start)})${weak ? ". That is weak: it gives way where the two know each other" : ""}.`;
}
export const CONSULTATION_WORDS = "A colleague of the same team has an explained access to this person within a few days.";
export const REPEAT_WORDS = "The professional opened this person before, and that access is explained.";
/** What was looked for where nothing was found. */
export const SOUGHT_WORDS = "No registration, appointment, admission, attendance, referral, caseload, care team, crew or form was found that leads to the professional, their team by unit or rota, or their service; nor a colleague's or an own earlier access that is explained.";

const RULE_WORDS: Readonly<Record<RuleId, string>> = {
  "own-record": "This is the professional's own record.", family: "Shares the surname and the place of living with the professional, or has them as a contact.", household: "Lives at the professional's address, or has their telephone.", neighbour: "Lives in the professional's postcode, at another address.",
  colleague: "Works for the same employer as the professional.", "well-known": "Is on the list of people whose records are watched.", "no-relationship": "Nothing on record brings the two together.", "break-glass": "Opened by breaking the glass.",
  "no-later-contact": "Opened by breaking the glass, and no contact with the employer, nor any emergency, followed.", deceased: "Had died well before.", child: "Is a child, and the professional's role does not see children.", "after-objection": "An objection to sharing is in force.",
  "protected-location": "Where the person lives is protected, and the page or the attempt would tell it.", sensitive: "Something of a sensitive kind was shown.", leaver: "The professional had left the employer.", untrained: "The professional's training was out of date.", "off-shift": "The rota has the professional off duty.",
  "new-device": "From a device that neither the professional nor the house had used.", dormant: "The account had not been used for a long time.", "former-patient": "The professional once looked after the person; that ended long ago.", volume: "Many more records on this day than peers open.",
  prints: "Many more prints on this day than peers make.", browsed: "Names looked through and not opened, many more than peers.", denied: "Refused again and again on this day.", "many-on-one": "Many professionals at this person within days, none with a reason on record.", serial: "Again and again, over weeks, people with whom the employer has nothing to do.",
  returning: "Back at this person on several days, without a reason on record.", "no-tie": "Nothing on record ties the person to the employer.",
};

export const ruleWords = (rule: RuleId, figures?: { readonly count: number; readonly usual: number }): string => (figures === undefined ? RULE_WORDS[rule] : `${RULE_WORDS[rule]} ${figures.count}${figures.usual > 0 ? `; peers: ${Math.round(figures.usual)}` : ""}.`);
