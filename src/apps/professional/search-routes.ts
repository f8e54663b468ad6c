/** Routes of search in a record: posted, audited with its words, filtered before it is counted. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may, maySee } from "#decision";
import { refuse } from "#platform";
import { foundByKind, searchCautions, SEARCH_KINDS } from "#sections";
import { MOST_CHARACTERS, MOST_SEARCH_WORDS, readSearchWords } from "#standards";
import type { ProfessionalDeps } from "./deps.ts";
import type { Opened, PersonRoute, RecordDoors, Handled } from "./doors.ts";
import { searchPage } from "./search-page.ts";

/** Lines of each kind where all are asked for, and of one that was chosen. */
const LINES = 8;
const LINES_OF_ONE = 100;

export function searchRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/search", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ context }) => ({ page: searchPage(context, { typed: "", words: [], cut: false, chosen: null, found: [], cautions: [] }), name: "search" })),
  );

  app.post<PersonRoute>("/person/:personId/search", async (request: FastifyRequest<PersonRoute>, reply: FastifyReply) =>
    record(request, reply, request.params.personId, "whole", (opened) => search(request, opened)),
  );

  async function search(request: FastifyRequest, { person, inputs, context }: Opened): Promise<Handled> {
    if (!may(person.decision, "search")) return { refusal: refuse("forbidden", "pages.may-not-search", "Your role or your organisation may not search in this record.", { policy: person.decision.policy }) };
    const { words: given, kind: asked } = (request.body ?? {}) as Record<string, unknown>;
    const typed = typeof given === "string" ? given.replace(/\s+/g, " ").trim().slice(0, 1000) : "";
    const chosen = SEARCH_KINDS.find(({ id }) => id === asked) ?? null;
    const words = readSearchWords(typed);
    const kinds = chosen === null ? SEARCH_KINDS : [chosen];
    const limit = chosen === null ? LINES : LINES_OF_ONE;
    const withDocuments = kinds.some(({ id }) => id === "document");
    const { entries, documents } = await deps.search(request, person, words, kinds.map(({ sections, byTest }) => ({ sections: sections.filter((section) => maySee(person.decision, section)), byTest })), limit, withDocuments && words.length > 0);
    const page = searchPage(context, {
      typed: typed.slice(0, MOST_CHARACTERS), words, cut: typed.length > MOST_CHARACTERS || typed.split(" ").length > MOST_SEARCH_WORDS, chosen,
      found: words.length === 0 ? [] : foundByKind(kinds, entries, documents, limit), cautions: searchCautions(inputs, context.strip, documents.unread, kinds),
    });
    return { page, name: "search", action: "search", searched: typed.slice(0, MOST_CHARACTERS) };
  }
}
