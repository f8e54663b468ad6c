import type { Random } from "../random.ts";
import type { Region, Town } from "../region.ts";
import { STREETS } from "./names.ts";

/** One postcode: a stretch of a street with about fifteen homes, its practice, and how deprived it is. */
export type Place = { readonly postcode: string; readonly street: string; readonly town: Town; readonly practice: string; /** Decile, 1 the most deprived. */ readonly deprivation: number };

/** Where somebody lived or lives, and how many years ago that began. */
export type Home = { readonly place: Place; readonly line: string; readonly since: number };

/** No fixed abode (NHS Data Dictionary, pseudo postcodes). */
export const NO_FIXED_ABODE = "ZZ99 3VZ";
/** No registered practice; practice code not known (pseudo codes of the NHS Data Dictionary). */
export const NO_PRACTICE = "V81997";
export const PRACTICE_UNKNOWN = "V81999";

// Inward codes with C, I, K, M, O or V are never issued: no real letter box answers to these.
const LETTERS = "ABDEFGHJLNPQRSTUWXYZCIKMOV";
const INWARD = ((): string[] => {
  const codes: string[] = [];
  for (let digit = 1; digit <= 9; digit++)
    for (const one of LETTERS) for (const two of LETTERS) if (/[CIKMOV]/.test(one + two)) codes.push(`${digit}${one}${two}`);
  return codes;
})();
const PRACTICES_A_TOWN = 8;
const PEOPLE_A_POSTCODE = 36;

/** The map of the population: as many postcodes as so many people fill, spread over the region's towns by their size. */
export class Places {
  readonly #byTown: (readonly Place[])[];
  readonly #towns: readonly Town[];

  constructor(region: Region, people: number) {
    this.#towns = region.towns;
    const weights = region.towns.reduce((sum, town) => sum + town.weight, 0);
    this.#byTown = region.towns.map((town) => {
      const most = town.outward.length * INWARD.length;
      return Array.from({ length: Math.min(most, Math.ceil(((people / PEOPLE_A_POSTCODE) * town.weight) / weights) + 5) }, (_, index) => placeOf(town, index, most));
    });
  }

  /** A postcode anywhere. */
  anywhere(random: Random): Place {
    const town = random.weighted(this.#towns);
    return random.pick(this.#byTown[this.#towns.indexOf(town)]!);
  }

  /** Where somebody moves from: mostly the same town. */
  before(place: Place, random: Random): Place {
    return random.chance(0.6) ? random.pick(this.#byTown[this.#towns.indexOf(place.town)]!) : this.anywhere(random);
  }
}

function placeOf(town: Town, index: number, most: number): Place {
  // A stride without a common factor spreads neighbours' inward codes.
  const at = (index * 1009) % most;
  const outward = town.outward[at % town.outward.length]!;
  let mixed = Math.imul(at + 1, 2654435761) ^ Math.imul(town.name.length * 131 + town.name.charCodeAt(0), 2246822507);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822507);
  mixed = (mixed ^ (mixed >>> 13)) >>> 0;
  const street = `${STREETS.first[mixed % STREETS.first.length]!} ${STREETS.last[(mixed >>> 8) % STREETS.last.length]!}`;
  const which = (mixed >>> 16) % PRACTICES_A_TOWN;
  return { postcode: `${outward} ${INWARD[Math.floor(at / town.outward.length) % INWARD.length]!}`, street, town, practice: which === 0 ? town.practice : `X-${town.practice}-${which}`, deprivation: ((mixed >>> 20) % 10) + 1 };
}

/** A front door in a postcode; a part of them are flats behind one number. */
export function doorAt(place: Place, since: number, random: Random): Home {
  const house = `${random.whole(1, 30)} ${place.street}`;
  return { place, line: random.chance(0.15) ? `Flat ${random.whole(1, 12)}, ${house}` : house, since };
}
