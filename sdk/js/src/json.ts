// JSON with limits: what is too large, too deep or ambiguous is refused, and does not end as a fault of the adapter.
import { Refused } from "./problem.ts";

export type Limits = { depth?: number; characters?: number };

/** Parses JSON. Refuses text that is no JSON, is too deep or too large, or has a member twice. */
export function parse(text: string, limits: Limits = {}): unknown {
  const { depth = 128, characters = 4_000_000 } = limits;
  if (text.length > characters) throw new Refused("too-large", "Dokumentet er for stort. Del det opp.");
  const open: (Set<string> | null)[] = [];
  // One pass over the strings and brackets, without recursion, before the engine's recursive parser sees the text.
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\[^])*")(\s*:)?|[[\]{}]/g)) {
    if (token === "{" || token === "[") {
      if (open.push(token === "{" ? new Set() : null) > depth) throw new Refused("too-deep", "Dokumentet har for mange nivåer inni hverandre.");
    } else if (token === "}" || token === "]") open.pop();
    else if (string && colon) {
      const key = value(string);
      const keys = open.at(-1);
      if (keys?.has(key as string)) throw new Refused("unreadable", "Dokumentet har samme felt to ganger.");
      keys?.add(key as string);
    }
  }
  return value(text);
}

function value(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("unreadable", "Dokumentet er ikke gyldig JSON.");
  }
}
