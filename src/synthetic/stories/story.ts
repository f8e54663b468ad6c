import type { Life } from "../population/life.ts";
import type { Contact, Person, Sex } from "../population/person.ts";
import type { Resource, Writer } from "../streams/fhir.ts";
import type { GpOptions } from "../streams/gp-connect/index.ts";
import type { Hospital } from "../streams/hospital.ts";
import type { Label } from "#standards";
import type { View } from "../views/view.ts";

/** Roles of organisations that a story may let speak; the region pack says which feed plays each where the person lives. */
export type Voice =
  | "community"
  | "mental-health"
  | "children"
  | "ambulance"
  | "out-of-hours"
  | "hospice"
  | "children-hospice";

/** What a story has at hand to let organisations speak. */
export type Telling = {
  readonly person: Person;
  readonly life: Life;
  readonly now: Date;
  /** That many days before now, never before birth. */
  ago(days: number): Date;
  /** That many days from now. */
  ahead(days: number): Date;
  /** The hospital of the person's town, with its view changed where given; each call is a source patient of its own by `as`. */
  hospital(change?: Partial<View>, as?: string): Hospital;
  /** One transaction of a FHIR source; `post` sends it as creates. */
  fhir(
    voice: Voice,
    at: Date,
    write: (writer: Writer) => void,
    options?: {
      change?: Partial<View>;
      post?: boolean;
      labels?: readonly Label[];
      adjust?: (patient: Resource) => void;
    },
  ): void;
  /** One record in the council's extract, adult's or children's. */
  council(part: "adult" | "children", kind: string, at: Date, cells: Readonly<Record<string, string>>): void;
};

export type Story = {
  readonly key: string;
  /** Place among the story numbers; `null` for a person without a number. */
  readonly number: number | null;
  readonly given: readonly string[];
  readonly family: string;
  readonly title: string;
  readonly sex: Sex;
  readonly birthDate: string;
  /** One line for whoever wonders whom to open. */
  readonly why: string;
  /** The demo role that sees the point best. */
  readonly bestRole: string;
  readonly ethnicity?: string;
  readonly language?: string;
  readonly deceasedDaysAgo?: number;
  readonly nextOfKin?: Contact;
  readonly protectedAddress?: boolean;
  /** Key of the story whose household this person shares. */
  readonly livesWith?: string;
  /** Not registered with a practice of the region. */
  readonly noPractice?: boolean;
  /** Fills the ordinary facts; the practice and the hospital write them down as for anybody. */
  readonly live?: (life: Life, telling: Pick<Telling, "ago" | "ahead" | "now">) => void;
  /** What organisations say beyond the ordinary. */
  readonly tell?: (telling: Telling) => void;
  readonly gp?: (telling: Telling, view: View) => GpOptions;
};
