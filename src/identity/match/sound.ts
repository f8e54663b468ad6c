/**
 * How a name sounds, roughly, to an English ear: consonants in order, vowels only
 * at the beginning. Made for finding candidates and for "sounds alike", so that it
 * joins too much rather than too little: Shaun, Sean and Shawn are one sound.
 */
export function soundOf(word: string): string {
  let text = word.replace(/[^a-z]/g, "");
  if (text === "") return word;
  for (const [from, to] of BEGINNINGS) {
    if (!text.startsWith(from)) continue;
    text = to + text.slice(from.length);
    break;
  }
  let sound = "";
  for (let at = 0; at < text.length; ) {
    const [letters, code] = soundAt(text, at, sound === "");
    if (code !== "" && !sound.endsWith(code)) sound += code;
    at += letters;
  }
  return sound;
}

/** Letters at the beginning of a name that sound like others. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ["kn", "n"], ["gn", "n"], ["pn", "n"], ["wr", "r"], ["ps", "s"], ["wh", "w"], ["rh", "r"], ["mac", "mk"], ["mc", "mk"], ["o'", "o"], ["sean", "shon"], ["siob", "shib"], ["niamh", "neev"], ["x", "z"], ["ae", "e"],
];

/** How many letters make the next sound, and which it is. */
function soundAt(text: string, at: number, first: boolean): readonly [number, string] {
  const letter = text[at]!;
  const next = text[at + 1] ?? "";
  const third = text[at + 2] ?? "";
  switch (letter) {
    case "a": case "e": case "i": case "o": case "u": case "y":
      return [1, first && letter !== "y" ? "A" : first && letter === "y" ? "y" : ""];
    case "b": return at > 0 && text[at - 1] === "m" && at === text.length - 1 ? [1, ""] : [1, "b"];
    case "c":
      if (next === "h") return [2, "x"];
      if (next === "k") return [2, "k"];
      return [1, "eiy".includes(next) && next !== "" ? "s" : "k"];
    case "d": return next === "g" && "eiy".includes(third) && third !== "" ? [2, "j"] : [1, "d"];
    case "g":
      if (next === "h") return at + 2 >= text.length || !"aeiou".includes(third) ? [2, ""] : [2, "g"];
      return [1, "eiy".includes(next) && next !== "" ? "j" : "g"];
    case "h": return [1, first ? "h" : ""];
    case "p": return next === "h" ? [2, "f"] : [1, "p"];
    case "q": return [1, "k"];
    case "s":
      if (next === "c" && third === "h") return [3, "x"];
      return next === "h" ? [2, "x"] : [1, "s"];
    case "t": return next === "h" ? [2, "t"] : next === "c" && third === "h" ? [3, "x"] : [1, "t"];
    case "v": return [1, "f"];
    case "w": return [1, first || "aeiou".includes(next) && next !== "" && at === 0 ? "w" : ""];
    case "x": return [1, "ks"];
    case "z": return [1, "s"];
    default: return [1, letter];
  }
}
