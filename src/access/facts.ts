/** What a decision is made from. Gathered by the caller, so that deciding is pure. */
import type { Actor, Purpose } from "#decision";
import type { Objection } from "#objections";
import type { RelationshipFact } from "./relationship.ts";

/** Who asks, and for what. */
export type AccessRequest = {
  readonly actor: Actor;
  readonly purpose: Purpose;
  /** Authenticator assurance level of the session, 1 to 3. */
  readonly assurance: number;
  /** The person that the professional's own system handed over in this session, if any. */
  readonly launch: { readonly personId: string; readonly host: string } | null;
};

/** A reason that the professional stated for this person, while it lasts. */
export type ReasonFact = {
  readonly kind: "reason-given" | "break-glass";
  readonly words: string;
  readonly until: Date;
  /** The service that the professional acts for, where the organisation's view is limited to services. */
  readonly service: string | null;
};

/** Everything that is known about the person and that bears on access. */
export type AccessFacts = {
  readonly personId: string;
  /** The source patients linked to the person, each with the organisation that it came from. */
  readonly sourcePatients: readonly { readonly sourcePatientId: string; readonly organisation: string }[];
  /** `2019-05-07` or less precise; `null` where no source gave one. */
  readonly personDateOfBirth: string | null;
  readonly personNhsNumber: string | null;
  readonly relationships: readonly RelationshipFact[];
  readonly reason: ReasonFact | null;
  /** What is known of where the person is, if any source, or any record that may be theirs, protects it; `null`: nobody does. */
  readonly whereabouts: { readonly words: readonly string[]; readonly practices: readonly string[] } | null;
  readonly objections: readonly Pick<Objection, "state" | "scope">[];
  /** What the professional stated, against an upheld objection, to protect life, while it lasts; `null` or missing: nothing. */
  readonly vitalInterests?: string | null;
  /** Changes whenever a link of the person changes. */
  readonly linksRevision: number | string;
  readonly now: Date;
};
