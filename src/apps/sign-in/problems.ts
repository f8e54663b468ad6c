import { refuse, type Refusal } from "#platform";

/** The browser came back without the cookie it left with, or too late, or a second time. */
export function signInNotStarted(): Refusal {
  return refuse("invalid", "sign-in.not-started", "This sign-in was not started in this browser, or it took too long. Start again.");
}

/** None of the professional's national roles maps to a role here, and the region's own register knows none. */
export function noRole(name: string): Refusal {
  return refuse("forbidden", "sign-in.no-role", `${name}, none of your national roles opens anything here. Ask your registration authority or your employer's administrator.`);
}

/** Too many attempts: what to do meanwhile, and when it ends by itself. */
export function mustWait(seconds: number): Refusal {
  const span = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return refuse("unavailable", "sign-in.must-wait", `There were too many attempts from this place. Wait ${span}, then try again. In an emergency do not wait: use another connection, such as a mobile phone network, or ring the source.`, { seconds });
}

/** The form's token is missing or not the session's. */
export function formTokenWrong(): Refusal {
  return refuse("forbidden", "sign-in.form-token", "This form is out of date. Go back, reload the page and try again.");
}

/** The chosen role profile is not one of the professional's own. */
export function unknownProfile(): Refusal {
  return refuse("invalid", "sign-in.unknown-profile", "Choose one of the roles listed.", { field: "profile" });
}

/** Why a launch link was refused; each has its own code. */
export const launchProblems = {
  malformed: (): Refusal => refuse("invalid", "launch.malformed", "This launch link is not complete. Open the record again from your own system."),
  unknownHost: (): Refusal => refuse("forbidden", "launch.unknown-host", "The system that made this launch link is not registered here."),
  wrongSignature: (): Refusal => refuse("forbidden", "launch.wrong-signature", "The signature of this launch link is not that of the system it names."),
  expired: (): Refusal => refuse("gone", "launch.expired", "This launch link has expired; links last for one minute. Open the record again from your own system."),
  lastsTooLong: (): Refusal => refuse("invalid", "launch.lasts-too-long", "This launch link is made to last longer than one minute, which is not accepted."),
  used: (): Refusal => refuse("gone", "launch.used", "This launch link was used already. Open the record again from your own system."),
  wrongAudience: (): Refusal => refuse("invalid", "launch.wrong-audience", "This launch link was made for another service."),
  unknownProfessional: (): Refusal => refuse("forbidden", "launch.unknown-professional", "The professional that this launch link names does not hold that role at that organisation here."),
  foreignOrganisation: (): Refusal => refuse("forbidden", "launch.foreign-organisation", "A system may launch only for professionals of its own organisation."),
  patientMismatch: (): Refusal => refuse("not-found", "launch.patient-mismatch", "No person here has that NHS number together with that date of birth. Check the person in your own system."),
};
