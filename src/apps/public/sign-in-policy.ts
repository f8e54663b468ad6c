/** `/help/sign-in-policy`: how one signs in here, how strongly, how long it lasts and when one has to wait, from the configuration in force (ACC-07, ACC-08). */
import type { Region } from "#governance";
import { html, type Html } from "#platform";
import { POLICY_WORDS } from "../sign-in/index.ts";

/** What the installation is set to. */
export type SignInSettings = { readonly mode: "demo" | "production"; readonly idleMinutes: number; readonly hours: number };

const LEVELS = ["", "one factor", "two factors", "two factors, one of them a card or key that cannot be copied"];

export function signInPolicyPage(region: Region, { mode, idleMinutes, hours }: SignInSettings): Html {
  const { rules, hosts } = region;
  const { refusedFromOneAddress: refused, begunFromOneAddress: begun, searchesInOneSession: searches } = rules.signIn;
  const trusted = hosts.filter((host) => mode === "demo" || !host.demonstration).map((host) => host.name);
  return html`<h1 class="h1">How you sign in</h1>
<p>This is the policy in force now, read from the settings of this service.</p>
<h2 class="h2">Methods</h2>
<ul class="nhsuk-list nhsuk-list--bullet"><li>NHS Care Identity Service (CIS2): your smartcard or security key${mode === "demo" ? ". This is a demonstration: a stand-in takes its place, and no card is asked for" : ""}.</li>
${region.organisations.some((each) => each.signIn === "passkey") ? POLICY_WORDS : null}
<li>A link from your own system that opens one person's record. It lasts a minute and works once. ${trusted.length === 0 ? "No system is registered for it." : `Systems registered for it: ${trusted.join(", ")}.`}</li></ul>
<p>There are no passwords here, so none can be weak, shared or used again. Sign-ins are personal: there are no shared accounts, and every page shows your name, role and organisation.</p>
<h2 class="h2">How strong it has to be</h2>
<p>Records open from assurance level ${rules.minimumAssurance} of 3: ${LEVELS[rules.minimumAssurance]!}. A weaker sign-in opens nothing.</p>
<p>You are asked to sign in again before you enter an office more than ${rules.stepUp.officeMinutes} minutes after you signed in, and before you open a record in an emergency more than ${rules.stepUp.emergencyMinutes} minutes after. Where NHS CIS2 does not answer, an emergency goes on without and the trail says so; a passkey is always asked for.</p>
<h2 class="h2">How long it lasts</h2>
<p>You are signed out after ${idleMinutes} minutes without use, and in any case ${hours} hours after you signed in. Both are kept on the server. Lock the screen when you leave it.</p>
<h2 class="h2">When you have to wait</h2>
<ul class="nhsuk-list nhsuk-list--bullet"><li>After ${refused.most} refused sign-ins or links from one network address within ${refused.minutes} minutes, sign-ins from it wait until the ${refused.minutes} minutes are over.</li>
<li>More than ${begun.most} sign-ins begun from one network address within ${span(begun.minutes)} wait in the same way.</li>
<li>More than ${searches.most} searches for a person in one session within ${span(searches.minutes)} wait until it is over.</li></ul>
<p>Whoever is signed in already goes on working, and records that are open stay open. A page that makes you wait says so, and for how long. In an emergency, use another connection, such as a mobile phone network, or ring the source; do not wait.</p>
<h2 class="h2">What else has to be in date</h2>
<p>Training in data security within ${rules.trainingValidDays} days${rules.trainingGraceDays === 0 ? ", without grace" : ` and ${rules.trainingGraceDays} days of grace`}; the duty of confidentiality, accepted within ${rules.confidentialityValidDays} days; a professional registration where your role needs one; your organisation's agreement and onboarding.</p>`;
}

const span = (minutes: number): string => (minutes === 1 ? "a minute" : `${minutes} minutes`);
