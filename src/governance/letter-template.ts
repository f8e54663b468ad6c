/** Letters to a person in the region's own words: one file a letter, in `letters/`. Which letters are wanted, the room that writes them says. */
import { Type, type Static } from "typebox";
import { closed, Slug, Words } from "./fields.ts";

export const LetterTemplateSchema = Type.Object(
  {
    id: Slug,
    title: Words,
    /** Each a paragraph; `{{name}}` and the like are filled in. */
    paragraphs: Type.Array(Words, { minItems: 1 }),
  },
  closed,
);

export type LetterTemplate = Readonly<Static<typeof LetterTemplateSchema>>;
