/** Open records learn of what comes: one question a process and two seconds, whatever the number of records. */
import { readLastHeard } from "#identity";
import { isRefusal, log, refuse } from "#platform";
import { openRecord, readArrivals, readArrivalsWord } from "#record";
import type { LiveDeps } from "../../professional/index.ts";
import { actorOf, mustAccept, sessionCookie } from "../../sign-in/index.ts";
import type { OpenFor } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

/** How often the sources of open records are looked at; five seconds is the goal (U5). */
const LOOK_MS = 2_000;
/** How often a record is decided anew though nothing came: an objection takes effect within a minute. */
const DECIDE_MS = 30_000;
/** Open records that one process follows; one more is told to reload by hand. */
const MOST_WATCHED = 2_000;

/** Rows of one look at what came; of a first load of thousands the newest tell enough. */
const MOST_ARRIVALS = 1_000;

type Watcher = { readonly personId: string; readonly told: () => void; heard: string; decidedAt: number };

export function liveDeps(rooms: Rooms, openFor: OpenFor): LiveDeps {
  const { pages, sessions, region, clock } = rooms;
  const watchers = new Set<Watcher>();
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;

  const look = async (): Promise<void> => {
    if (isLooking || watchers.size === 0) return;
    isLooking = true;
    try {
      const heard = await readLastHeard(pages, [...new Set([...watchers].map((each) => each.personId))]);
      const now = Date.now();
      for (const watcher of watchers) {
        const mine = heard.get(watcher.personId) ?? "";
        if (mine === watcher.heard && now - watcher.decidedAt < DECIDE_MS) continue;
        watcher.heard = mine;
        watcher.decidedAt = now;
        watcher.told();
      }
    } catch (error) {
      // The next look asks again; a page that hears nothing says so by its own clock.
      log("warn", "live.look-failed", { error: (error as Error).message });
    } finally {
      isLooking = false;
    }
  };

  return {
    watch(personId, told) {
      if (watchers.size >= MOST_WATCHED) return null;
      const watcher: Watcher = { personId, told, heard: "", decidedAt: Date.now() };
      watchers.add(watcher);
      timer ??= setInterval(() => void look(), LOOK_MS).unref();
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
    async openStill(request, personId) {
      const session = await sessions.read(sessionCookie(request, rooms.secure), false);
      const actor = session && actorOf(session);
      if (session === null || actor === null || mustAccept(region, session, clock.now())) return refuse("forbidden", "access.sign-in", "Sign in to go on.");
      return openFor(request, { session, actor }, personId);
    },
    arrivedSince: async ({ decision }, since) => openRecord(pages, decision, (sql) => readArrivalsWord(sql, decision, since)),
    arrivals: async ({ decision }, since) => openRecord(pages, decision, (sql) => readArrivals(sql, decision, since, MOST_ARRIVALS)),
  };
}
