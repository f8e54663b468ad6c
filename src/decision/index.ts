/**
 * What a professional, citizen or system may see of one person, decided once
 * for a session, person and purpose. Only `#access` can make one (through
 * `#decision/make`, a door that the floors test keeps for it alone); every room
 * that gives out person data asks for one, so that a read without a decision
 * does not type-check.
 */
import type { Label, SectionId } from "#standards";

declare const decided: unique symbol;

/** Closed list of purposes of use (PUR-18). */
export const PURPOSES = ["direct-care", "administration", "audit", "secondary-use", "legal-disclosure", "own-record"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What may be done with the person's data. */
export const ACTIONS = ["view", "search", "print", "download", "export", "write"] as const;
export type Action = (typeof ACTIONS)[number];

/** A named human (or registered system) who acts; never a generic account. */
export type Actor = {
  /** Stable id from the identity provider (CIS2 `nhsid_useruid`) or `system:<client id>`. */
  readonly id: string;
  readonly name: string;
  /** The product's own role, for example `paramedic`. */
  readonly role: string;
  /** The role's name for screens, for example `Paramedic`. */
  readonly roleName: string;
  /** The role code as the identity provider gave it, for example `S8001:G8002:R1070`. */
  readonly sourceRole: string;
  /** ODS code of the employer: the organisation where the person works. */
  readonly organisation: string;
  readonly organisationName: string;
  readonly sessionId: string;
  /** When the duty of confidentiality was accepted last in the product; missing or `null`: never, or not a professional who signs in. */
  readonly confidentialityAcceptedAt?: Date | null;
};

/** Why this reader has to do with this person. */
export type Relationship = {
  readonly kind: "registration" | "admission" | "attendance" | "referral" | "appointment" | "caseload" | "care-team" | "crew" | "form-written" | "reason-given" | "break-glass" | "launch";
  /** Plain words for screen and audit, for example `admitted to Medway Maritime since 18-Nov-2026`. */
  readonly words: string;
};

/**
 * What must not be told of where a person lives, is treated or can be reached
 * (S-flag; governance.md 4.10), to a reader whose role has no right to it.
 */
export type HiddenWhereabouts = {
  /** Addresses, postcodes, telephone numbers and practices that sources gave, now or before: struck out of every text. */
  readonly words: readonly string[];
  /** Organisations whose name alone tells where the person lives, by ODS code, and the word that stands for each. */
  readonly organisations: ReadonlyMap<string, string>;
};

/**
 * What is kept back within the sections and source patients of a decision: entries by the
 * key of their resource, and a section at some source patients alone. Both are filtered
 * before anything is counted.
 */
export type Withheld = {
  readonly items: readonly string[];
  readonly sections: readonly { readonly sourcePatientId: string; readonly section: SectionId }[];
};

export type AccessDecision = {
  readonly [decided]: true;
  readonly id: string;
  readonly personId: string;
  /** The source patients that make up the person at the time of the decision and that this reader may open. */
  readonly sourcePatientIds: readonly string[];
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly relationship: Relationship;
  /** The words that the reader gave, where a reason was asked. */
  readonly reason: string | null;
  /** Sections that may be shown. A section that is missing here is drawn as `withheld-role`. */
  readonly sections: ReadonlySet<SectionId>;
  /** A row is shown only if all of its labels are in this set. */
  readonly labels: ReadonlySet<Label>;
  readonly actions: ReadonlySet<Action>;
  /** Set where the whereabouts of this person are protected and this reader may not know them; `null`: they may be shown. Holds for the whole person, whichever source protects them. */
  readonly hiddenWhereabouts: HiddenWhereabouts | null;
  /** Entries kept back one by one; `null` where none is. */
  readonly withheld: Withheld | null;
  /** The person has asked that some of the record is not shared: every page says so, in words that do not depend on what. */
  readonly askedNotToShare: boolean;
  /** Sections of which policy could withhold rows from this role, whether or not any exist: no bare negative there. */
  readonly mayWithhold: ReadonlySet<SectionId>;
  /** Name of the deciding policy, and its reason in plain words. */
  readonly policy: string;
  readonly words: string;
};

/** True when the decision lets this section be shown. */
export function maySee(decision: AccessDecision, section: SectionId): boolean {
  return decision.sections.has(section);
}

/** True when the decision allows the action. */
export function may(decision: AccessDecision, action: Action): boolean {
  return decision.actions.has(action);
}
