/** The frame of every page for a reader: names, links, form token. */
import type { Session, Shell } from "#platform";
import { hasInbox } from "../../mailbox/inbox.ts";
import { FIND_BOX } from "../../professional/index.ts";
import type { Rooms } from "./rooms.ts";

const POLICY = { href: "/office/policy", text: "Access policy" };
const AUDIT_LOG = { href: "/office/audit-log", text: "Audit log" };
const ONBOARDING = { href: "/office/onboarding", text: "Onboarding" };
const FEED_OFFICE = [{ href: "/office/feeds", text: "Feeds" }, { href: "/office/quarantine", text: "Quarantine" }, { href: "/office/connections", text: "Connections" }, { href: "/office/playground", text: "Playground" }];

/** The frame of every page for this reader. */
export function shellOf(rooms: Pick<Rooms, "region" | "assets">, session: Session | null): Shell {
  const profile = session?.profile ?? null;
  const office = profile?.role === "privacy-officer" ? [{ href: "/office/privacy", text: "Privacy" }, { href: "/office/prints", text: "Prints" }, { href: "/office/staff", text: "Staff" }, ONBOARDING, AUDIT_LOG, POLICY, ...FEED_OFFICE] : profile?.role === "data-quality-officer" || profile?.role === "system-administrator" ? [...FEED_OFFICE, { href: "/office/data-quality", text: "Data quality" }, { href: "/office/queries", text: "Queries" }, { href: "/office/deliveries", text: "Deliveries" }] : [];
  if (profile?.role === "system-administrator") office.push(AUDIT_LOG, POLICY, ONBOARDING);
  if (profile?.role === "commissioner" || profile?.role === "system-administrator") office.push({ href: "/office/programme", text: "Programme report" });
  if (rooms.region.rules.identityOffice.some((each) => each.role === profile?.role)) office.push({ href: "/office/identity", text: "Who is who" });
  if (profile?.role === rooms.region.rules.objections.office) office.push({ href: "/office/objections", text: "Objections" });
  const mine = [...(hasInbox(rooms.region, profile) ? [{ href: "/inbox", text: "Inbox" }] : []), ...(profile !== null && rooms.region.rules.objections.deciders.includes(profile.role) ? [{ href: "/office/objections", text: "Objections" }] : [])];
  return {
    serviceName: rooms.region.title,
    homeHref: "/",
    find: profile === null || office.length > 0 ? null : FIND_BOX,
    account: session === null || profile === null ? null : { name: session.name, role: profile.roleName, organisation: profile.organisationName },
    signOut: session === null ? null : { action: "/sign-out", text: "Sign out" },
    links: [...(mine.length > 0 ? mine : office), ...(session?.method === "passkey" ? [{ href: "/passkeys", text: "My passkeys" }] : [])],
    help: [{ href: "/help", text: "Help and who to ask" }, { href: "/objection", text: "Object to sharing" }],
    csrf: session?.csrf ?? "",
    assets: rooms.assets,
  };
}
