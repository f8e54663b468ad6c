/** Invented rows and sources for the gallery: one of each shape that the components draw. Nobody's record. */
import { demographicsOf, ShownBy, STATES, type SourceAtPerson, type SourceState, type SourceStrip, type State, type StateName } from "#sections";
import type { Shell } from "#platform";
import type { Entry, EntryLine } from "#record";
import { SECTIONS, type SectionId } from "#standards";
import type { RecordContext } from "../record-page.ts";

/** The moment at which every sample stands, so that pictures of it do not change. */
export const AT = new Date("2026-11-21T14:31:00Z");
const ELM = "X-ELM";
const ROYAL = "X-ROYAL";
const NAMES = new Map([[ELM, "Elm Surgery"], [ROYAL, "Royal Example Hospital"]]);

/** One row of a section. */
export function sampleEntry(section: SectionId, display: string, line: EntryLine = {}, more: Partial<Entry> = {}): Entry {
  return {
    id: `sample-${section}-${display}-${more.organisation ?? ELM}`.toLowerCase().replace(/[^a-z0-9]+/g, "-"), sourcePatientId: `sp-${more.organisation ?? ELM}`, type: "Observation", section, version: 1, sortTime: AT, when: "2026-03-12", codeSystem: null, code: null,
    display, status: "active", labels: [], organisation: ELM, author: "Dr A. Khan", recorded: "2026-03-12", received: AT, feed: "sample", messageId: "sample", line, ...more,
  };
}

export const atRoyal = (entry: Entry, line: EntryLine = {}, more: Partial<Entry> = {}): Entry => ({ ...entry, id: `${entry.id}-royal`, sourcePatientId: `sp-${ROYAL}`, organisation: ROYAL, author: "Nurse B. Ward", recorded: "2026-11-10", line: { ...entry.line, ...line }, ...more });

/** Every state in full. */
const WHOLE: Readonly<Record<StateName, State>> = {
  "has-data": { state: "has-data" },
  "asserted-none": { state: "asserted-none", assertion: { by: "Dr A. Khan", when: "2026-03-12", text: "None known", entryId: null } },
  "none-held": { state: "none-held" },
  "not-asked": { state: "not-asked", when: "2026-01-02", entryId: null },
  "not-supplied": { state: "not-supplied" },
  "nothing-sent": { state: "nothing-sent", wholly: true, expectedEveryMinutes: 1440 },
  "not-known-to-source": { state: "not-known-to-source" },
  "no-answer": { state: "no-answer", at: AT, lastCopy: new Date("2026-11-21T14:02:00Z") },
  stale: { state: "stale", lastReceived: new Date("2026-11-18T14:00:00Z"), expectedEveryMinutes: 1440 },
  "withheld-role": { state: "withheld-role" },
  "withheld-person": { state: "withheld-person", text: "" },
  "identity-doubt": { state: "identity-doubt", why: "date of birth differs" },
};

/** A state of a section at one source. */
export function sampleState(section: SectionId, name: StateName, organisationName = "Elm Surgery"): SourceState {
  const state = WHOLE[name];
  return { assertion: null, ...state, section, organisation: ELM, organisationName, count: name === "has-data" ? 2 : 0, newest: name === "has-data" ? new Date("2026-03-12T00:00:00Z") : null, notes: [] };
}

/** Every section in every state. */
export const stateMatrix = (): readonly { readonly section: (typeof SECTIONS)[number]; readonly states: readonly SourceState[] }[] => SECTIONS.map((section) => ({ section, states: STATES.map((name) => sampleState(section.id, name)) }));

const patient = (organisation: string, changes: Partial<SourceAtPerson["sourcePatients"][number]>): SourceAtPerson => ({
  organisation, organisationName: NAMES.get(organisation)!, type: "gp-practice", feeds: [], known: true, heldApart: null, lastAnswer: AT, failed: false,
  sourcePatients: [{ sourcePatientId: `sp-${organisation}`, localId: "1", nhsNumber: "9990000441", nhsNumberStatus: "01", family: "Smith", given: "Jane", title: "Mrs", dateOfBirth: "1945-07-14", dateOfDeath: null, sex: "female", addressLines: ["1 Example Street"], postcode: "ZZ1 1ZZ", phone: "01634 960 001", preferredName: "Jeannie", gpPractice: "Elm Surgery", lastReceived: AT, ...changes }],
});

const quiet: SourceStrip = { expected: 8, answered: 8, troubled: [], newest: AT, heldApart: 0, roleLimited: false, askedNotToShare: false };
const trouble = (organisationName: string, failed: boolean, lastCopy: Date | null): SourceStrip["troubled"][number] => ({ organisationName, failed, lastCopy, expectedEveryMinutes: 1440 });

/** Frames of a record: who it is, and how the sources stand. */
export const FRAMES: Readonly<Record<string, { readonly title: string; readonly sources: readonly SourceAtPerson[]; readonly strip: SourceStrip }>> = {
  usual: { title: "Everything answered", sources: [patient(ELM, {})], strip: quiet },
  silent: { title: "One source did not answer", sources: [patient(ELM, {})], strip: { ...quiet, answered: 7, troubled: [trouble("Example Ambulance", true, new Date("2026-11-21T14:02:00Z"))], roleLimited: true } },
  late: { title: "One late, two that never sent", sources: [patient(ELM, {})], strip: { ...quiet, answered: 6, troubled: [trouble("Example Council", false, new Date("2026-11-18T09:00:00Z")), trouble("First Hospice", false, null), trouble("Second Hospice", false, null)] } },
  apart: { title: "A record held apart, and details that differ", sources: [patient(ELM, {}), patient(ROYAL, { dateOfBirth: "1945-07-15", family: "Smyth" })], strip: { ...quiet, heldApart: 1 } },
  objected: { title: "The person asked that some is not shared", sources: [patient(ELM, {})], strip: { ...quiet, askedNotToShare: true } },
  died: { title: "The person has died", sources: [patient(ELM, { dateOfDeath: "2026-10-30" })], strip: quiet },
  unnumbered: { title: "No NHS number, little known", sources: [patient(ELM, { nhsNumber: null, nhsNumberStatus: "04", title: "", preferredName: "", phone: "", gpPractice: "", dateOfBirth: "1945", addressLines: [], postcode: "" })], strip: quiet },
};

/** What the components are drawn in; its links lead nowhere. */
export function sampleContext(shell: Shell, frame: keyof typeof FRAMES & string = "usual"): RecordContext {
  const { sources, strip } = FRAMES[frame]!;
  return {
    shell, now: AT, personId: "sample", base: "#sample", demographics: demographicsOf(sources), strip, names: NAMES, shortName: () => undefined, phoneOf: () => null, sharedRecord: null, relationshipWords: "sample data, nobody's record",
    doubted: frame === "apart" ? [{ sourcePatientId: `sp-${ROYAL}`, organisation: ROYAL, organisationName: "Royal Example Hospital", localId: "1", why: "said to be somebody else's", due: AT }] : [],
    queried: new Map(), ownRecord: () => ({ answer: { shown: true, release: null }, by: null }), sensitive: new Map([["sexual-health", "Sexual health"]]), live: null, shown: new ShownBy(), banner: { allergies: null, needs: [sampleEntry("individual-requirements", "Hearing aid, face her")] },
  };
}
