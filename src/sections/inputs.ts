/**
 * What the joined-up view is made from. The rooms above fill these in under one
 * access decision: every row here may be shown to the reader. Nothing in this
 * room asks for more.
 */
import type { AccessDecision } from "#decision";
import type { Entry, EntryLine } from "#record";
import type { SummaryView } from "#governance";
import type { SectionId } from "#standards";

/** Rows of one section across the person's source patients, newest first. */
export type SectionRows = {
  readonly section: SectionId;
  /** How many rows there are that this reader may see, shown here or not. */
  readonly total: number;
  readonly entries: readonly Entry[];
  /** Newest clinical time or, where rows have none, newest receipt. */
  readonly newest: Date | null;
  /** How many of `total` each organisation holds: a source whose rows all lie on a later page still has data. */
  readonly heldBy: readonly { readonly organisation: string; readonly count: number; readonly newest: Date | null }[];
};

/** What a source said about a whole section rather than about one fact. */
export type SourceStatement = {
  readonly sourcePatientId: string;
  readonly organisation: string;
  readonly section: SectionId;
  readonly kind: "asserted-none" | "none-held" | "not-asked" | "confidential-items" | "data-in-transit" | "data-awaiting-filing" | "no-record";
  /** In the source's own words. */
  readonly text: string;
  readonly received: Date;
};

export type Feed = {
  readonly id: string;
  readonly supplies: readonly SectionId[];
  /** `push`: the source sends by itself; `pull`: it is asked, and this is its answer. */
  readonly arrives: "push" | "pull";
  readonly expectedEveryMinutes: number;
  /** When anything last came over this feed, for whichever person; `null` where nothing ever did. */
  readonly lastReceived: Date | null;
};

/** One organisation's own idea of who this is. Empty text where it did not say, or where the reader may not see it. */
export type SourcePatient = {
  readonly sourcePatientId: string;
  readonly localId: string;
  readonly nhsNumber: string | null;
  /** The number that took its place; the source still sends the old one. */
  readonly nhsNumberNow?: string;
  /** A number that did not pass its check, as the source sent it: shown as such, used for nothing. */
  readonly nhsNumberNotValid?: string;
  /** UKCore-NHSNumberVerificationStatusEngland; `01` is verified. */
  readonly nhsNumberStatus: string;
  readonly family: string;
  readonly given: string;
  readonly title: string;
  readonly dateOfBirth: string;
  /** `null` where the source does not say that the person has died; empty where it says so without a date. */
  readonly dateOfDeath: string | null;
  readonly sex: string;
  readonly addressLines: readonly string[];
  readonly postcode: string;
  readonly phone: string;
  readonly preferredName: string;
  readonly gpPractice: string;
  readonly lastReceived: Date;
};

/** One organisation of the region as it stands towards this person. */
export type SourceAtPerson = {
  /** ODS code. */
  readonly organisation: string;
  readonly organisationName: string;
  /** Kind of organisation in words, for example `Acute hospital trust`. */
  readonly type: string;
  readonly feeds: readonly Feed[];
  /** True when the organisation has a record of this person. */
  readonly known: boolean;
  readonly sourcePatients: readonly SourcePatient[];
  /** Set when a record of this organisation looks like the person's and is held apart until somebody decides. */
  readonly heldApart: { readonly why: string } | null;
  /** When this organisation last told us anything about this person. */
  readonly lastAnswer: Date | null;
  /** True when it was asked and did not answer, or its feed is down. */
  readonly failed: boolean;
};

/** A person as one decision opens them. */
export type PersonInputs = {
  readonly decision: AccessDecision;
  readonly sources: readonly SourceAtPerson[];
  readonly statements: readonly SourceStatement[];
  readonly now: Date;
};

/** What the summary needs on top. */
export type SummaryInputs = PersonInputs & {
  readonly rows: ReadonlyMap<SectionId, SectionRows>;
  /** When somebody of the reader's organisation last opened this record; `null` if never. */
  readonly lastOpenedByOrganisation: Date | null;
  /** How this role's summary is laid out. */
  readonly view: SummaryView;
  /** Rows received since then, newest first. */
  readonly changedSince: readonly Entry[];
};

/** One entry with everything that is known of it. */
export type Item = {
  readonly entry: Entry;
  /** FHIR R4 JSON as stored. */
  readonly resource: unknown;
  /** Newest first, the current one included. */
  readonly versions: readonly { readonly version: number; readonly received: Date; readonly messageId: string; readonly status: string; readonly display: string; readonly when: string | null; readonly line: EntryLine }[];
  readonly message: {
    readonly messageId: string;
    readonly feed: string;
    readonly feedTitle: string;
    readonly organisationName: string;
    readonly receivedAt: Date;
    readonly format: string;
    readonly controlId: string | null;
  };
};
