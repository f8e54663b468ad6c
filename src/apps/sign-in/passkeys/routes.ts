/** Routes of passkeys: signing in with one, making one by invitation, looking after one's own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "#decision";
import type { Professional } from "#governance";
import { cookieHeader, cookieName, isCsrfToken, isRefusal, readCookie, type Html, type Refusal, type Session, type SignedIn } from "#platform";
import { formTokenWrong } from "../problems.ts";
import { signedInLately } from "../step-up.ts";
import { makingOptions, relyingParty, signInOptions, userHandleOf } from "./ceremony.ts";
import { openInvitation } from "./invite.ts";
import { invitationPage, invitationRefusedPage, madePage, myPasskeysPage, passkeySignInPage, type PasskeyPlace } from "./pages.ts";
import { passkeyProblems as problems, trailCodeOf } from "./problems.ts";
import { endPasskey, hashOf, listPasskeys, rememberChallenge, type MadeFor } from "./store.ts";
import { makeAnother, makeInvited, signInWith, type PasskeyDeps } from "./take.ts";

/** What happened, for the trail. */
export type PasskeyEvent = { readonly what: "passkey-made" | "passkey-revoked" | "passkey-locked"; readonly actor: Actor; readonly address: string; readonly shown: Readonly<Record<string, unknown>> };

/** What the door of sign-in lends: its pages, its pace, its trail. */
export type Door = {
  show(reply: FastifyReply, status: number, title: string, main: Html, session?: Session | null): FastifyReply;
  /** Counts an attempt that begins; where it has to wait, the answer is sent and `true`. */
  mustWait(request: FastifyRequest, reply: FastifyReply, kind: "begun" | "refused"): Promise<boolean>;
  /** Counts and keeps a refusal; where that makes it wait, the answer is sent and `true`. */
  refused(request: FastifyRequest, reply: FastifyReply, code: string): Promise<boolean>;
  session(request: FastifyRequest): Promise<Session | null>;
  /** Starts the session and sends the browser on. */
  enter(request: FastifyRequest, reply: FastifyReply, who: SignedIn, returnTo: string, shown?: Readonly<Record<string, unknown>>): Promise<FastifyReply>;
  safeReturn(path: unknown): string;
  record(event: PasskeyEvent): Promise<void>;
  readonly secure: boolean;
  readonly publicUrl: string;
  readonly passkeyScript: string;
};

const COOKIE = "kmcr-passkey";
/** How lately one has to have signed in before one's own passkeys are changed. */
const CHANGE_MINUTES = 10;
const STATUS: Partial<Record<Refusal["kind"], number>> = { forbidden: 403, "not-found": 404, gone: 410, conflict: 409 };
const statusOf = (refusal: Refusal): number => STATUS[refusal.kind] ?? 400;

type Form = Record<string, unknown> | null;
const fieldOf = (form: Form, name: string): string => (typeof form?.[name] === "string" ? form[name] : "");

/** Registers the routes. Nothing here says whether a credential, a name or an invitation exists to whoever does not hold it. */
export function passkeyRoutes(app: FastifyInstance, deps: Omit<PasskeyDeps, "rp">, door: Door): void {
  const { region, sql, clock } = deps;
  const rp = relyingParty(door.publicUrl, region.title);
  const withRp: PasskeyDeps = { ...deps, rp };
  const place: PasskeyPlace = { region, script: door.passkeyScript, origin: rp.origin };

  const bindingOf = (request: FastifyRequest): string | null => readCookie(request.headers.cookie, cookieName(COOKIE, door.secure));
  const unbind = (reply: FastifyReply): FastifyReply => reply.header("set-cookie", cookieHeader(COOKIE, "", door.secure, 0));
  /** Options as JSON, their challenge remembered for this browser. */
  const ask = async (reply: FastifyReply, madeFor: MadeFor, options: { readonly challenge: string }): Promise<FastifyReply> =>
    reply.header("set-cookie", cookieHeader(COOKIE, await rememberChallenge(sql, options.challenge, madeFor, clock.now()), door.secure, 300)).type("application/json; charset=utf-8").send(JSON.stringify(options));
  const refuseJson = (reply: FastifyReply, refusal: Refusal): FastifyReply => reply.code(statusOf(refusal)).type("application/json; charset=utf-8").send(JSON.stringify({ code: refusal.code, message: refusal.message }));
  const optionsToMake = async (professional: Professional) =>
    makingOptions(rp, { userHandle: userHandleOf(deps.secret, professional.uid), name: professional.name, has: (await listPasskeys(sql, [professional.uid])).filter((each) => each.ended === null) });
  /** A professional as the one who acts, where no session says so: at the first organisation of the register. */
  const actorFor = (professional: Professional | undefined, organisation = professional?.profiles[0]?.organisation ?? ""): Actor => ({
    id: professional?.uid ?? "unknown", name: professional?.name ?? "unknown", role: "none", roleName: "No role chosen", sourceRole: "", organisation, organisationName: region.organisation(organisation)?.name ?? "", sessionId: "",
  });

  app.get<{ Querystring: { return?: string } }>("/sign-in/passkey", async (request, reply) => door.show(reply, 200, "Sign in with a passkey", passkeySignInPage(place, door.safeReturn(request.query.return), null)));

  app.post("/sign-in/passkey/options", async (request, reply) => ((await door.mustWait(request, reply, "begun")) ? reply : ask(reply, "sign-in", await signInOptions(rp))));

  app.post<{ Body: Form; Querystring: { return?: string } }>("/sign-in/passkey", async (request, reply) => {
    if (await door.mustWait(request, reply, "refused")) return reply;
    const returnTo = door.safeReturn(request.query.return);
    const taken = await signInWith(withRp, bindingOf(request), fieldOf(request.body, "credential"));
    unbind(reply);
    if ("who" in taken) return door.enter(request, reply, taken.who, returnTo, { passkey: taken.passkeyId });
    const refusal = "locked" in taken ? taken.refusal : taken;
    if ("locked" in taken) await door.record({ what: "passkey-locked", actor: actorFor(taken.professional), address: request.ip, shown: { passkey: taken.passkeyId } });
    if (await door.refused(request, reply, trailCodeOf(refusal))) return reply;
    return door.show(reply, statusOf(refusal), "Not signed in", passkeySignInPage(place, returnTo, refusal));
  });

  app.get<{ Querystring: { token?: string } }>("/passkeys/invitation", async (request, reply) => {
    if (await door.mustWait(request, reply, "refused")) return reply;
    const open = await openInvitation(sql, region, request.query.token, clock.now());
    if (isRefusal(open)) return (await door.refused(request, reply, open.code)) ? reply : door.show(reply, statusOf(open), "No passkey was made", invitationRefusedPage(open));
    return door.show(reply, 200, "Make your passkey", invitationPage(place, request.query.token!, open, null, ""));
  });

  app.post<{ Body: Form }>("/passkeys/invitation/options", async (request, reply) => {
    if ((await door.mustWait(request, reply, "refused")) || (await door.mustWait(request, reply, "begun"))) return reply;
    const token = fieldOf(request.body, "token");
    const open = await openInvitation(sql, region, token, clock.now());
    if (isRefusal(open)) return (await door.refused(request, reply, open.code)) ? reply : refuseJson(reply, open);
    return ask(reply, `invitation ${hashOf(token)}`, await optionsToMake(open.professional));
  });

  app.post<{ Body: Form }>("/passkeys/invitation", async (request, reply) => {
    if (await door.mustWait(request, reply, "refused")) return reply;
    const token = fieldOf(request.body, "token");
    const deviceName = fieldOf(request.body, "deviceName");
    const made = await makeInvited(withRp, token, bindingOf(request), fieldOf(request.body, "credential"), deviceName);
    unbind(reply);
    if (isRefusal(made)) {
      if (await door.refused(request, reply, trailCodeOf(made))) return reply;
      // The invitation still holds where the device or its name was at fault: the page is shown again with it.
      const open = await openInvitation(sql, region, token, clock.now());
      return isRefusal(open) ? door.show(reply, statusOf(open), "No passkey was made", invitationRefusedPage(open)) : door.show(reply, statusOf(made), "Error: Make your passkey", invitationPage(place, token, open, made, deviceName.slice(0, 60)));
    }
    await door.record({ what: "passkey-made", actor: actorFor(made.professional, made.invitation.organisation), address: request.ip, shown: { passkey: made.passkeyId, invitation: made.invitation.invitationId, synced: made.synced } });
    return door.show(reply, 200, "Your passkey is made", madePage(made.professional.name, made.deviceName));
  });

  const mine = async (reply: FastifyReply, session: Session, status: number, view: { fault?: Refusal; said?: string; deviceName?: string } = {}): Promise<FastifyReply> =>
    door.show(reply, status, status < 400 ? "My passkeys" : "Error: My passkeys", myPasskeysPage(place, { session, passkeys: await listPasskeys(sql, [session.professionalId]), mayChange: mayChange(session) === null, fault: view.fault ?? null, said: view.said ?? null, deviceName: view.deviceName ?? "" }), session);
  /** Why this session may not change its holder's passkeys, or `null`: somebody else at a screen that was left open must not stay in for good. */
  const mayChange = (session: Session): Refusal | null => (session.method === "passkey" && signedInLately(session, CHANGE_MINUTES, clock.now()) ? null : problems.signInAgain());
  const actorIn = (session: Session): Actor => actorFor(region.professional(session.professionalId), session.profile?.organisation ?? session.profiles[0]?.organisation);

  app.get("/passkeys", async (request, reply) => {
    const session = await door.session(request);
    return session === null ? reply.redirect("/sign-in?return=%2Fpasskeys", 303) : mine(reply, session, 200);
  });

  app.post<{ Body: Form }>("/passkeys/options", async (request, reply) => {
    const session = await door.session(request);
    if (session === null) return reply.redirect("/sign-in?return=%2Fpasskeys", 303);
    if (await door.mustWait(request, reply, "begun")) return reply;
    const refusal = isCsrfToken(session, request.body?.["_csrf"]) ? mayChange(session) : formTokenWrong();
    if (refusal !== null) return refuseJson(reply, refusal);
    const professional = region.professional(session.professionalId);
    if (professional === undefined || region.signInOf(professional) !== "passkey") return refuseJson(reply, problems.useCis2());
    return ask(reply, `another-device ${session.professionalId}`, await optionsToMake(professional));
  });

  app.post<{ Body: Form }>("/passkeys", async (request, reply) => {
    const session = await door.session(request);
    if (session === null) return reply.redirect("/sign-in?return=%2Fpasskeys", 303);
    if (await door.mustWait(request, reply, "refused")) return reply;
    const deviceName = fieldOf(request.body, "deviceName");
    const barred = isCsrfToken(session, request.body?.["_csrf"]) ? mayChange(session) : formTokenWrong();
    const made = barred ?? (await makeAnother(withRp, session.professionalId, bindingOf(request), fieldOf(request.body, "credential"), deviceName));
    unbind(reply);
    if (isRefusal(made)) return (await door.refused(request, reply, trailCodeOf(made))) ? reply : mine(reply, session, statusOf(made), { fault: made, deviceName: deviceName.slice(0, 60) });
    await door.record({ what: "passkey-made", actor: actorIn(session), address: request.ip, shown: { passkey: made.passkeyId, addedWith: "another passkey", synced: made.synced } });
    return mine(reply, session, 200, { said: `“${made.deviceName}” signs in as you from now on.` });
  });

  app.post<{ Body: Form }>("/passkeys/remove", async (request, reply) => {
    const session = await door.session(request);
    if (session === null) return reply.redirect("/sign-in?return=%2Fpasskeys", 303);
    if (await door.mustWait(request, reply, "begun")) return reply;
    const barred = isCsrfToken(session, request.body?.["_csrf"]) ? mayChange(session) : formTokenWrong();
    if (barred !== null) return mine(reply, session, 403, { fault: barred });
    const passkeyId = fieldOf(request.body, "passkey");
    const own = (await listPasskeys(sql, [session.professionalId])).find((each) => each.passkeyId === passkeyId && each.ended === null);
    if (own === undefined) return mine(reply, session, 404, { fault: problems.notYours() });
    if (!(await endPasskey(sql, { passkeyId, professionalId: session.professionalId, how: "removed", by: session.professionalId, unlessLast: true }, clock.now()))) return mine(reply, session, 409, { fault: problems.lastOne() });
    await door.record({ what: "passkey-revoked", actor: actorIn(session), address: request.ip, shown: { passkey: passkeyId, of: session.professionalId, by: "its holder" } });
    // Who removes the one that they are signed in with has no session any more.
    return own.credentialId === session.passkeyId ? reply.redirect("/sign-in/passkey?return=%2Fpasskeys", 303) : mine(reply, session, 200, { said: `“${own.deviceName}” signs in nobody any more.` });
  });
}
