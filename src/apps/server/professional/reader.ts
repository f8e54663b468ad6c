/** Who reads, by request: session, actor, and the parts of an audit entry that follow from them. */
import type { FastifyRequest } from "fastify";
import type { Actor } from "#decision";
import { isCsrfToken, refuse, uuidv7, type Session } from "#platform";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { acceptHref, actorOf, mustAccept, purposeOf, sessionCookie } from "../../sign-in/index.ts";
import type { Rooms } from "./rooms.ts";
import { shellOf } from "./shell.ts";

/** What this request has found out so far. */
export type Reader = { session: Session; actor: Actor };
const known = new WeakMap<FastifyRequest, Reader>();

/** Who reads in this request; a defect where nobody was made known. */
export const readerOf = (request: FastifyRequest): Reader => known.get(request) ?? fail("a page was asked for before its reader was known");

export function readerDeps(rooms: Rooms): Pick<ProfessionalDeps, "shell" | "signInHref" | "signedIn" | "formFromUs"> {
  const { region, sessions, clock } = rooms;
  return {
    shell: (request) => shellOf(rooms, known.get(request)?.session ?? null),
    signInHref: "/sign-in",
    async signedIn(request) {
      const session = await sessions.read(sessionCookie(request, rooms.secure), true);
      if (session === null) return refuse("forbidden", "access.sign-in", "Sign in to go on.");
      const actor = actorOf(session);
      if (actor === null) return refuse("forbidden", "access.choose-role", "Choose a role to go on.");
      // Led to the page of the duty instead of to a refusal: a minute, and the record is open (ACC-11).
      if (mustAccept(region, session, clock.now())) return refuse("forbidden", "access.confidentiality-not-accepted", "Accept the duty of confidentiality to go on.", { href: acceptHref(request) });
      known.set(request, { session, actor });
      return true;
    },
    formFromUs: (request, token) => isCsrfToken(readerOf(request).session, token),
  };
}

function fail(why: string): never {
  throw new Error(why);
}

/** One id a request, however many persons it shows. */
const requestIds = new WeakMap<FastifyRequest, string>();
function requestIdOf(request: FastifyRequest): string {
  const known = requestIds.get(request) ?? uuidv7();
  requestIds.set(request, known);
  return known;
}

/** The parts of an audit entry that follow from the request. */
export function actOf(request: FastifyRequest, actor: Actor, personId: string): { personId: string; actor: Actor; purpose: string; route: string; requestId: string } {
  return { personId, actor, purpose: known.has(request) ? purposeOf(known.get(request)!.session) : "direct-care", route: `${request.method} ${request.routeOptions.url ?? "unknown"}`, requestId: requestIdOf(request) };
}
