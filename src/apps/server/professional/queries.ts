/** Queries of entries: asked by a reader, shown with the entry, answered by the organisation whose data it is. */
import { askQuery, readOpenQueries, readQueriesOf, type Query } from "#data-quality";
import type { AccessDecision } from "#decision";
import type { Region } from "#governance";
import { readSourcePatients } from "#identity";
import { refuse, type Sql } from "#platform";
import { parseResourceId, struck } from "#record";
import type { QueryDeps, QueryMark } from "../../professional/index.ts";
import { decisionFor, together } from "./opened.ts";
import { actOf, readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

/** Open queries by entry, as marks. */
export async function openMarks(sql: Sql, region: Region, decision: AccessDecision): Promise<ReadonlyMap<string, readonly QueryMark[]>> {
  return Map.groupBy((await readOpenQueries(sql, decision)).map((query) => markOf(region, decision, query)), ({ entryId }) => entryId);
}

/** Where the person's whereabouts are protected, the asker's organisation would tell where they are seen. */
function markOf(region: Region, { hiddenWhereabouts }: AccessDecision, { entryId, kind, askedBy, askedAt }: Query): QueryMark {
  return { entryId, kind, at: askedAt, by: hiddenWhereabouts === null ? `${askedBy.name}, ${region.organisation(askedBy.organisation)?.name ?? askedBy.organisation}` : `a ${askedBy.role.toLowerCase()}` };
}

export function queryDeps({ region, audit, pages, intake, clock }: Rooms): QueryDeps {
  return {
    queriesOf: (_request, person, itemId) => {
      const decision = decisionFor(person, itemId);
      return together(pages, person, async (sql) => (await readQueriesOf(sql, decision, itemId)).map((query) => ({
        ...markOf(region, decision, query),
        answer: query.answer && {
          answer: query.answer.answer, at: query.answer.at, words: struck(query.answer.words, decision.hiddenWhereabouts),
          by: decision.hiddenWhereabouts === null ? `${query.answer.byName}, ${region.organisation(query.answer.organisation)?.name ?? query.answer.organisation}` : "its source",
        },
      })));
    },
    async ask(request, person, { entry }, { kind, words, togetherWith }) {
      const { actor } = readerOf(request);
      const decision = decisionFor(person, entry.id);
      const sourcePatientId = parseResourceId(entry.id)?.sourcePatientId;
      // The row may show a word in place of the organisation; the query goes to the organisation itself.
      const [home] = sourcePatientId === undefined ? [] : await readSourcePatients(pages, [sourcePatientId]);
      if (home === undefined) return refuse("not-found", "pages.no-such-item", "");
      const owner = region.feed(entry.feed)?.organisation ?? home.organisation;
      const queryId = await intake.transaction((sql) => askQuery(sql, {
        entryId: entry.id, version: entry.version, section: entry.section, type: entry.type, kind, words, togetherWith, owner, feed: entry.feed, messageId: entry.messageId,
        askedBy: { id: actor.id, name: actor.name, role: actor.roleName, organisation: actor.organisation }, askedAt: clock.now(),
      }));
      await audit.write({ ...actOf(request, actor, decision.personId), action: "fact-queried", outcome: "allowed", relationship: decision.relationship.words, reason: null, policy: decision.policy, decisionId: decision.id, sourcePatients: [home.sourcePatientId], shown: { page: "query", query: queryId, kind, section: entry.section, owner } });
      return true;
    },
  };
}
