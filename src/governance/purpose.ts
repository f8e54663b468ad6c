/** The register of purposes of use: a closed list, each with its legal bases and how far it reaches (PUR-18, LAW-06, LAW-10, LAW-17). */
import { Type, type Static } from "typebox";
import { PurposeName, Section, Words, closed } from "./fields.ts";

export const PurposeSchema = Type.Object(
  {
    id: PurposeName,
    /** As on screen and in the audit: `Direct care`. */
    name: Words,
    /** What it is for, in a sentence. */
    words: Words,
    /** The reasons for use that the notices to the public list and that fall under it. */
    noticeReasons: Type.Array(Words),
    /** UK GDPR Article 6 and 9, and the Data Protection Act's Schedule 1: what makes the processing lawful. */
    dataProtectionBasis: Words,
    /** What makes it compatible with the common law duty of confidentiality. */
    confidentialityBasis: Words,
    /** True where the person is asked first. Not for direct care: its basis is statutory (LAW-10). */
    consentAsked: Type.Boolean(),
    /** Sections that may be seen for it at most, whatever the role sees otherwise. */
    sections: Type.Union([Type.Literal("all"), Type.Array(Section)]),
    /** Reaches only what the reader's own organisation supplied. */
    ownOrganisationOnly: Type.Boolean(),
  },
  closed,
);

export type PurposeOfUse = Readonly<Static<typeof PurposeSchema>>;
