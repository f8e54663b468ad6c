/**
 * An open record learns of what comes (PUR-02, U5): a stream of server-sent
 * events that says how many entries of which kind came, never what they say.
 * Every look is decided anew, so that an objection closes an open page too, and
 * nothing is told before its audit entry is durable.
 */
import { hash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isRefusal, refuse } from "#platform";
import type { Arrival } from "#record";
import { countOf, listed } from "#sections";
import { SECTIONS, type SectionId } from "#standards";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";

/** How far back "of late" reaches: longer than any message waits between its receipt and the record. */
export const LATELY_MS = 15 * 60_000;
/** A comment on the line, so that no proxy takes it for dead. */
const BEAT_MS = 20_000;

/** Kinds that the summary shows at once instead of offering them: safer to shift than to hide (experience.md 7.3). */
const PROTECTING: ReadonlySet<SectionId> = new Set<SectionId>(["allergies", "alerts", "end-of-life", "legal-information", "safeguarding"]);

const keyOf = (arrival: Arrival): string => `${arrival.id}@${arrival.version}`;

/** What came of late, as one word: a page carries it, so that what comes between its making and its listening is not lost. It is made of what the reader may see alone. */
export const arrivalsWord = (arrivedLately: string): string => hash("sha256", arrivedLately, "base64url").slice(0, 22);

export function liveRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, refused }: RecordDoors): void {
  app.get<PersonRoute & { Querystring: { at?: string; of?: string } }>("/person/:personId/live", async (request, reply) => {
    const { personId } = request.params;
    const opened = await open(request, personId, "without-lists");
    if (isRefusal(opened)) return refused(request, reply, opened);
    const at = Number(request.query.at);
    if (!Number.isSafeInteger(at) || Math.abs(deps.now().getTime() - at) > 24 * 3_600_000) return refused(request, reply, refuse("invalid", "pages.bad-live", "The address does not name a page."));
    const since = new Date(at - LATELY_MS);
    const before = await deps.arrivals(opened.person, since);
    const isSame = arrivalsWord(await deps.arrivedSince(opened.person, since)) === request.query.of;
    // Where the page was made of something else, what came since then is news; the page's own last minute is told again rather than missed.
    const known = new Set(before.map(keyOf));
    const missed = isSame ? [] : await deps.arrivals(opened.person, new Date(at - 60_000));

    let isBusy = false;
    let isWaiting = false;
    const unwatch = deps.watch(personId, () => void look());
    if (unwatch === null) return refused(request, reply, refuse("unavailable", "pages.too-many-live", "Too many records are open to follow this one: reload the page to see what has come."));
    reply.hijack();
    const line = reply.raw;
    line.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff", "x-accel-buffering": "no" });
    line.write("retry: 5000\n\n");
    const beat = setInterval(() => line.write(": \n\n"), BEAT_MS).unref();
    // Looks may still be under way when the line ends: what is written after that would end the process.
    let isOver = false;
    const stop = (): void => {
      if (isOver) return;
      isOver = true;
      clearInterval(beat);
      unwatch();
      line.end();
    };
    request.raw.on("close", stop);

    async function tell(person: OpenPerson, news: readonly Arrival[]): Promise<void> {
      const counts = Map.groupBy(news, ({ section }) => section);
      const words = listed(SECTIONS.filter(({ id }) => counts.has(id)).map(({ id }) => countOf(id, counts.get(id)!.length)));
      const bytes = Buffer.from(`event: news\ndata: ${JSON.stringify({ count: news.length, words, protecting: news.some(({ section }) => PROTECTING.has(section)) })}\n\n`);
      await deps.audited(request, { action: "view", page: "live", decision: person.decision, doubted: person.doubted, personIds: [personId], sections: [...counts.keys()], entryIds: news.map(({ id }) => id), states: [] }, bytes);
      if (!isOver) line.write(bytes);
    }

    async function look(): Promise<void> {
      if (isOver) return;
      if (isBusy) return void (isWaiting = true);
      isBusy = true;
      try {
        const person = await deps.openStill(request, personId);
        if (isRefusal(person)) {
          if (!isOver) line.write("event: closed\ndata: {}\n\n");
          return stop();
        }
        const news = (await deps.arrivals(person, since)).filter((arrival) => !known.has(keyOf(arrival)));
        if (news.length > 0) await tell(person, news);
        for (const each of news) known.add(keyOf(each));
      } catch (error) {
        // What could not be put on record was not told; the page asks again by itself.
        deps.defect(request, error);
        stop();
      } finally {
        isBusy = false;
        if (isWaiting) {
          isWaiting = false;
          void look();
        }
      }
    }

    // The line is ours by now: a fault ends it, and the page asks again.
    if (missed.length > 0) await tell(opened.person, missed).catch((error: unknown) => {
      deps.defect(request, error);
      stop();
    });
    return reply;
  });
}
