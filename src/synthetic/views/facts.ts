import type { AllergyFact, Life } from "../population/life.ts";
import type { Random } from "../random.ts";

/** What one organisation holds of a life's facts: sometimes an allergy less, another severity, an older dose. */
export function factsSeenBy(life: Life, random: Random): { life: Life; flaws: string[] } {
  const flaws: string[] = [];
  let { allergies, medicines } = life;
  const draw = random.next();
  if (allergies.length > 0 && draw < 0.15) {
    allergies = [];
    flaws.push("allergy missing");
  } else if (allergies.length > 0 && draw < 0.3) {
    allergies = allergies.map((one): AllergyFact => ({
      ...one,
      severity: one.severity === "mild" ? "moderate" : "mild",
    }));
    flaws.push("allergy severity differs");
  }
  const [first] = medicines;
  if (first !== undefined && random.chance(0.12)) {
    medicines = [{ ...first, dose: otherDose(first.dose) }, ...medicines.slice(1)];
    flaws.push("dose differs");
  }
  return { life: flaws.length === 0 ? life : { ...life, allergies, medicines }, flaws };
}

/** The dose before the last change: half or double of what is true now. */
function otherDose(dose: string): string {
  if (dose.startsWith("One ")) return dose.replace("One ", "Two ").replace(/\b(tablet|capsule)\b/, "$1s");
  return dose.startsWith("Two ")
    ? dose.replace("Two ", "One ").replace(/\b(tablet|capsule|puff)s\b/, "$1")
    : `${dose} (dose under review)`;
}
