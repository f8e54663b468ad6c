/** What every page of one person's record is drawn with, from an opened person. */
import type { Shell } from "#platform";
import { demographicsOf, ShownBy, stripOf, type PersonInputs } from "#sections";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import { arrivalsWord } from "./live-routes.ts";
import type { RecordContext } from "./record-page.ts";

/** @param base where the page's links lead; the record's own pages where it is not given */
export function contextOf(deps: Pick<ProfessionalDeps, "now" | "phoneOf" | "sharedRecord" | "ownRecord" | "sensitive" | "shortName">, shell: Shell, person: OpenPerson, inputs: PersonInputs, banner: RecordContext["banner"], base = `/person/${person.decision.personId}`): RecordContext {
  const context: RecordContext = {
    shell,
    now: deps.now(),
    personId: person.decision.personId,
    base,
    demographics: demographicsOf(person.sources),
    strip: stripOf(inputs),
    names: new Map(person.sources.map((source) => [source.organisation, source.organisationName])),
    shortName: deps.shortName,
    sharedRecord: deps.sharedRecord,
    phoneOf: deps.phoneOf,
    relationshipWords: person.decision.relationship.words,
    sensitive: deps.sensitive,
    doubted: person.doubted,
    live: base.startsWith("/") ? `${base}/live?at=${deps.now().getTime()}&of=${arrivalsWord(person.arrivedLately)}` : null,
    queried: person.queried,
    ownRecord: (entry) => deps.ownRecord(person, entry),
    shown: new ShownBy(),
    banner,
  };
  context.shown.section("person-demographics");
  return context;
}
