/**
 * What the professional's pages need from the rest of the product. `wiring.ts`
 * gives these functions; the pages call nothing else, so that a test can show
 * every page with an invented person and no database.
 *
 * A `Refusal` is an answer here: `access.reason-needed` leads to the page that
 * asks for a reason, other `forbidden` ones to a page that names the policy.
 */
import type { FastifyRequest } from "fastify";
import type { Release } from "#access";
import type { AccessDecision, Action } from "#decision";
import type { SummaryView } from "#governance";
import type { ObjectionScope } from "#objections";
import type { Html, Refusal, Shell } from "#platform";
import type { Arrival, Entry, Removal, TextState } from "#record";
import type { SearchDeps } from "./search-deps.ts";
import type { TimelineDeps } from "./timeline-deps.ts";
import type { Item, PersonInputs, SectionRows, Shown, SourceAtPerson, SourceStatement } from "#sections";
import type { DocumentKind, Label, SectionId } from "#standards";
import type { CareDeps } from "./care-routes.ts";
import type { PrintDeps } from "./print-pdf.ts";
import type { ListsDeps } from "./lists-page.ts";
import type { OwnRecordDeps } from "./own-record-routes.ts";
import type { ReferralDeps } from "./referral-routes.ts";
import type { QueryMark } from "./query-page.ts";
import type { QueryDeps } from "./query-routes.ts";
import type { ResultsDeps } from "./results-routes.ts";

/** A record set apart on the word of a reader, until the identity office has decided. */
export type DoubtedRecord = { readonly sourcePatientId: string; readonly organisation: string; readonly organisationName: string; readonly localId: string; readonly why: string; readonly due: Date };

/** What a source said before it said otherwise; `kind` as `#identity` names it. */
export type SaidBefore = { readonly sourcePatientId: string; readonly kind: string; readonly value: string; readonly until: Date };

/** One person, opened under one decision: what every page of the record starts from. */
export type OpenPerson = {
  readonly decision: AccessDecision;
  /** Records that a reader has said are somebody else's: of them only what protects the person is among the rows, and they are not among `sources`. */
  readonly doubted: readonly DoubtedRecord[];
  /** Every source of the region that could hold something of this person, those that do not know the person included; `heldApart` ones give no rows. */
  readonly sources: readonly SourceAtPerson[];
  readonly statements: readonly SourceStatement[];
  /** When somebody of the reader's organisation last opened this record, before this visit; `null` if never. */
  readonly lastOpenedByOrganisation: Date | null;
  /** One word of what arrived of late and may be seen: what a page that listens starts from. */
  readonly arrivedLately: string;
  /** Open queries by entry; a mark stands with its entry or nowhere. */
  readonly queried: ReadonlyMap<string, readonly QueryMark[]>;
  /** What was released to the person or kept back again, the last act of each entry. */
  readonly released: ReadonlyMap<string, Release>;
};

/** Rows asked for. The answer keeps to the decision's source patients, sections and labels. */
export type RowsQuery = {
  readonly section: SectionId;
  readonly limit: number;
  /** Only rows of these FHIR types; all where missing. */
  readonly types?: readonly string[];
  /** Only rows that carry this label. */
  readonly label?: Label;
  /** All that is in force now on top of the newest `limit`. */
  readonly current?: boolean;
  /** Cursor of the page before, as `next` gave it. */
  readonly before?: string;
};

/** `total` and `heldBy` count all rows that the query selects; `next` is the keyset cursor of the following page. Newest first, rows without a date last. */
export type RowsPage = SectionRows & { readonly next: string | null };

/** Where the removed entries of these sections are asked for, from when. */
export function removedSince(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}

/** What a find-a-person form asks, already checked. */
export type FindQuery =
  | { readonly by: "nhs-number"; readonly nhsNumber: string }
  | { readonly by: "name"; readonly family: string; readonly given: string; readonly dateOfBirth: string; readonly postcode: string };

/** Few fields: enough to tell two people apart, no clinical fact. */
export type FoundPerson = {
  readonly personId: string;
  readonly family: string;
  readonly given: string;
  readonly title: string;
  readonly dateOfBirth: string;
  /** `null` where no source reports a death; empty where one does without a date. */
  readonly dateOfDeath: string | null;
  readonly sex: string;
  readonly nhsNumber: string | null;
  /** First half of the postcode; empty where it may not be shown. */
  readonly postcodeArea: string;
  /** An objection closes the record to this reader: the other fields hold what was asked and nothing that is on record. */
  readonly notShared?: boolean;
};

/** `more` is true where there are more than `limit` matches; the rest is not given. */
export type Found = { readonly people: readonly FoundPerson[]; readonly limit: number; readonly more: boolean };

export type RecentPerson = FoundPerson & { readonly openedAt: Date };

/** An attached document as stored; the pages decide how it may be shown. */
export type StoredDocument = {
  readonly title: string | null;
  /** As the source says; `kind` is what the bytes say. */
  readonly statedType: string;
  readonly kind: DocumentKind;
  readonly size: number;
  /** Its words as they were read for search, a text a page, or why there are none. */
  readonly text: { readonly state: TextState; readonly why: string | null; readonly pages: readonly string[] };
  /** The bytes, or `unavailable` where the store of documents cannot give them now. */
  readonly bytes: () => Promise<Uint8Array | Refusal>;
};

/** A reason that the reader gave for opening a record without a known relationship. */
export type GivenReason = { readonly kind: string; readonly words: string };

/** What a form about an objection needs of the region. */
export type ObjectionForm = { readonly emergencyWords: string; readonly fields: (chosen: readonly ObjectionScope[], itemId: string | null) => Html; readonly read: (body: Readonly<Record<string, unknown>>) => readonly ObjectionScope[] };

/** An objection as a professional lodges it with the person; `identity` is `null` where nobody has checked who the person is. */
export type LodgedObjection = { readonly asked: readonly ObjectionScope[]; readonly words: string; readonly contact: string; readonly doNotWrite: boolean; readonly identity: { readonly how: string; readonly words: string } | null };

/** What an audit entry says of one answer. */
export type AuditedAnswer = Shown & {
  readonly action: Action;
  /** The page in words of the address, for example `summary`, `medicines`, `item`. */
  readonly page: string;
  readonly decision: AccessDecision | null;
  /** What a print or download was made for. */
  readonly reason?: string;
  /** What was searched for in the record, as it was typed. */
  readonly searched?: string;
  /** Records in doubt of which the page may show what protects the person. */
  readonly doubted?: readonly DoubtedRecord[];
  /** People whose data the answer shows: one on record pages, all hits of a search. */
  readonly personIds: readonly string[];
};

/** Why and for what a record is open, from the registers: for the page that tells the reader (ACC-02, ACC-03, LAW-06, LAW-10). */
export type HowOpened = {
  readonly purpose: { readonly name: string; readonly words: string; readonly dataProtectionBasis: string; readonly confidentialityBasis: string; readonly consentAsked: boolean };
  /** As the identity provider or host system named the role, and what it is here. */
  readonly sourceRole: string;
  readonly roleName: string;
  readonly organisationName: string;
  /** Registration with a professional body; `null` where the work needs none. */
  readonly registration: { readonly body: string; readonly number: string } | null;
  readonly contractor: boolean;
  /** Day on which training, and on which acceptance of the duty of confidentiality, runs out: records close then. */
  readonly trainedUntil: string | null;
  readonly confidentialUntil: string | null;
  /** How this session began ("with a passkey"), how strongly (1 to 3), and when. */
  readonly signedIn: { readonly words: string; readonly assurance: number; readonly at: Date };
};

/** What a print or download is made for: a reason of the region, and words where it is unusual. */
export type PrintReason = { readonly id: string; readonly words: string };

/** What an open record learns of what comes. */
export type LiveDeps = {
  /** Calls back when something came for the person, and every half minute; the answer ends it. `null`: this process follows as many records as it can. */
  readonly watch: (personId: string, told: () => void) => (() => void) | null;
  /** The person as they are open to the reader now, without keeping anybody signed in; a refusal where they are not any more. */
  readonly openStill: (request: FastifyRequest, personId: string) => Promise<OpenPerson | Refusal>;
  /** One word of it, as `OpenPerson` carries it. */
  readonly arrivedSince: (person: OpenPerson, since: Date) => Promise<string>;
  /** What arrived since a moment that this reader may see. */
  readonly arrivals: (person: OpenPerson, since: Date) => Promise<readonly Arrival[]>;
};

export type ProfessionalDeps = LiveDeps & PrintDeps & SearchDeps & TimelineDeps & ResultsDeps & QueryDeps & ListsDeps & ReferralDeps & CareDeps & OwnRecordDeps & {
  /** Clock. */
  readonly now: () => Date;
  /** The frame of every page for this request: names, links, form token. */
  readonly shell: (request: FastifyRequest) => Shell;
  /** Who reads, or a refusal (sent to its `details.href`, or to `signInHref`). */
  readonly signedIn: (request: FastifyRequest) => Promise<true | Refusal>;
  readonly signInHref: string;
  /** True when a posted form's token is the session's. */
  readonly formFromUs: (request: FastifyRequest, token: string) => boolean;
  /** Resolves the person, decides, and opens the source patients for this request. */
  /** `ahead`: rows that the page will ask for by the very same queries, so that they come with what every page reads. */
  readonly openPerson: (request: FastifyRequest, personId: string, ahead?: readonly RowsQuery[]) => Promise<OpenPerson | Refusal>;
  /** Rows of several sections in one round trip, in the order asked. */
  readonly rows: (request: FastifyRequest, person: OpenPerson, queries: readonly RowsQuery[]) => Promise<readonly RowsPage[]>;
  /** Rows received since a moment, newest first, at most `limit`. */
  readonly changedSince: (request: FastifyRequest, person: OpenPerson, since: Date, limit: number) => Promise<readonly Entry[]>;
  /** What sources took back of these sections since a moment, newest first, as far as the reader might have seen it. */
  readonly removals: (request: FastifyRequest, person: OpenPerson, sections: readonly SectionId[], since: Date) => Promise<readonly Removal[]>;
  /** How a role's summary is laid out. */
  readonly summaryView: (role: string) => SummaryView;
  /** What staff call an organisation where lines are short; its name where there is nothing shorter. */
  readonly shortName: (odsCode: string) => string | undefined;
  readonly howOpened: (request: FastifyRequest, person: OpenPerson) => HowOpened;
  /** Labels whose entries are opened only after a second question, and what each means (ACC-14). */
  readonly sensitive: ReadonlyMap<Label, string>;
  /** What a print or download may be for; the region's list. */
  readonly printReasons: readonly PrintReason[];
  /** For how many days a page says that an entry was taken back: the region's rule. */
  readonly removedShownDays: number;
  /** What the person's sources said of them before, newest first, as far as the reader may know. */
  readonly saidBefore: (request: FastifyRequest, person: OpenPerson) => Promise<readonly SaidBefore[]>;
  /** A reader says that one source's record is somebody else's: it is set apart at once and waits for the identity office until `due`. */
  readonly sayNotSame: (request: FastifyRequest, person: OpenPerson, sourcePatientId: string, words: string) => Promise<{ readonly due: Date } | Refusal>;
  readonly objectionForm: ObjectionForm;
  /** Lodges an objection; with a checked identity it restricts at once. */
  readonly lodgeObjection: (request: FastifyRequest, person: OpenPerson, objection: LodgedObjection) => Promise<{ readonly reference: string } | Refusal>;
  /** Opens against an upheld objection, to protect life; refuses where the region does not offer it or nothing is closed. */
  readonly overrideObjection: (request: FastifyRequest, personId: string, given: { readonly words: string; readonly isLifeAtRisk: boolean } | null) => Promise<true | Refusal>;
  readonly item: (request: FastifyRequest, person: OpenPerson, itemId: string) => Promise<Item | Refusal>;
  /** The documents of an item in their order; a refusal where the source sent none with it. */
  readonly documents: (request: FastifyRequest, person: OpenPerson, itemId: string) => Promise<readonly StoredDocument[] | Refusal>;
  readonly find: (request: FastifyRequest, query: FindQuery, limit: number) => Promise<Found | Refusal>;
  readonly recentPeople: (request: FastifyRequest) => Promise<readonly RecentPerson[]>;
  /** Few fields of one person for the page that asks for a reason, or a refusal where even these may not be shown. */
  readonly personToConfirm: (request: FastifyRequest, personId: string) => Promise<FoundPerson | Refusal>;
  /** What may be given as a reason here: the region's list, `id` comes back as `kind`. */
  /** The organisation that stands for the shared record itself; `null` where the region names none. */
  readonly sharedRecord: string | null;
  readonly reasons: readonly { readonly id: string; readonly words: string }[];
  /** Keeps the reason for this session, person and purpose. */
  readonly giveReason: (request: FastifyRequest, personId: string, reason: GivenReason) => Promise<true | Refusal>;
  /** Resolves when the audit entry of these bytes is durable. The bytes leave only then; a throw keeps them back. */
  readonly audited: (request: FastifyRequest, answer: AuditedAnswer, bytes: Uint8Array) => Promise<void>;
  /** Tells the log of a defect; the reader gets an error page with the request's id and none of its words. */
  readonly defect: (request: FastifyRequest, error: unknown) => void;
};

/** Inputs of the joined-up view from an opened person. */
export function inputsOf(person: OpenPerson, now: Date): PersonInputs {
  return { decision: person.decision, sources: person.sources, statements: person.statements, now };
}
