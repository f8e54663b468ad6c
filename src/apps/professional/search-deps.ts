/** What search in a record needs from the rest of the product. */
import type { FastifyRequest } from "fastify";
import type { DocumentHits, EntryHits, SearchAsked, SearchGroup } from "#record";
import type { OpenPerson } from "./deps.ts";

export type SearchDeps = {
  /** What agrees, by group in the order asked, at most `limit` lines a group; what is kept back from this reader is neither among them nor counted. Documents only where they are asked for. */
  readonly search: (request: FastifyRequest, person: OpenPerson, asked: SearchAsked, groups: readonly SearchGroup[], limit: number, withDocuments: boolean) => Promise<{ readonly entries: readonly EntryHits[]; readonly documents: DocumentHits }>;
};
