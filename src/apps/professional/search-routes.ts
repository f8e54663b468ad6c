/** Routes of search in a record: posted, audited with its words, filtered before it is counted. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may, maySee } from "#decision";
import { refuse } from "#platform";
import type { SearchGroup } from "#record";
import { foundByKind, readTyped, searchCautions, SEARCH_KINDS, type SearchKind } from "#sections";
import { MOST_CHARACTERS, MOST_SEARCH_WORDS, readSearchWords } from "#standards";
import type { ProfessionalDeps } from "./deps.ts";
import type { Opened, PersonRoute, RecordDoors, Handled } from "./doors.ts";
import { searchPage } from "./search-page.ts";

/** Lines of each kind where all are asked for, and of one that was chosen. */
const LINES = 8;
const LINES_OF_ONE = 100;

export function searchRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/search", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ context }) => ({ page: searchPage(context, { typed: "", author: "", words: [], cut: false, chosen: null, noKind: null, found: [], cautions: [], unfiltered: null }), name: "search" })),
  );

  app.post<PersonRoute>("/person/:personId/search", async (request: FastifyRequest<PersonRoute>, reply: FastifyReply) =>
    record(request, reply, request.params.personId, "whole", (opened) => search(request, opened)),
  );

  async function search(request: FastifyRequest, { person, inputs, context }: Opened): Promise<Handled> {
    if (!may(person.decision, "search")) return { refusal: refuse("forbidden", "pages.may-not-search", "Your role or your organisation may not search in this record.", { policy: person.decision.policy }) };
    // A kind may stand in the address: it says nothing of a person. Words and names come in the body alone.
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const { kind: asked } = request.query as Record<string, unknown>;
    const said = (name: string): string => (typeof fields[name] === "string" ? fields[name].replace(/\s+/g, " ").trim().slice(0, 1000) : "");
    const given = readTyped(said("words"));
    // Words typed anew say it anew; a kind that was chosen at a button stands in the address.
    const chosen = given.kind ?? SEARCH_KINDS.find(({ id }) => id === asked) ?? null;
    const author = (fields["clear"] === "author" ? "" : [given.author, said("author")].filter((part) => part !== "").join(" ")).slice(0, MOST_CHARACTERS);
    const typed = given.words;
    const [words, writer] = [readSearchWords(typed), readSearchWords(author)];
    const isAsked = words.length > 0 || writer.length > 0;
    const kinds = chosen === null ? SEARCH_KINDS : [chosen];
    const limit = chosen === null ? LINES : LINES_OF_ONE;
    const withDocuments = kinds.some(({ id }) => id === "document");
    const groupsOf = (which: readonly SearchKind[]): SearchGroup[] => which.map(({ sections, byTest }) => ({ sections: sections.filter((section) => maySee(person.decision, section)), byTest }));
    const [{ entries, documents }, all] = await Promise.all([
      deps.search(request, person, { words, writer }, groupsOf(kinds), limit, withDocuments && words.length > 0),
      // Of how many the filters show some: counted as everything is, of what this reader may see.
      words.length > 0 && (chosen !== null || writer.length > 0) ? deps.search(request, person, { words, writer: [] }, groupsOf(SEARCH_KINDS), 1, true) : null,
    ]);
    const page = searchPage(context, {
      typed: typed.slice(0, MOST_CHARACTERS), author, words, noKind: given.noKind, cut: typed.length > MOST_CHARACTERS || typed.split(" ").length > MOST_SEARCH_WORDS, chosen,
      unfiltered: all === null ? null : foundByKind(SEARCH_KINDS, all.entries, all.documents, 1).reduce((sum, { lines }) => sum + lines, 0),
      found: isAsked ? foundByKind(kinds, entries, documents, limit) : [], cautions: searchCautions(inputs, context.strip, documents.unread, kinds),
    });
    return { page, name: "search", action: "search", searched: [typed.slice(0, MOST_CHARACTERS), author === "" ? "" : `author: ${author}`].filter((part) => part !== "").join(", ") };
  }
}
