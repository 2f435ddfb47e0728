// A small XML reader and writer with limits: no DTD and no entities of a document's own. Names keep their prefixes.
import { Refused } from "./problem.ts";

export type Element = { name: string; attributes: Record<string, string>; children: (Element | string)[] };

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const unreadable = () => new Refused("unreadable", "Dokumentet er ikke gyldig XML.");

function decode(text: string): string {
  return text.replace(/&([^;&]*;?)/g, (_, raw: string) => {
    const name = raw.endsWith(";") ? raw.slice(0, -1) : "";
    if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name]!;
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const code = number ? parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10) : 0;
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw unreadable();
    return String.fromCodePoint(code);
  });
}

/** Reads a document. Refuses a DTD, unknown entities, more than `depth` levels and more than `characters` characters. */
export function readXml(text: string, limits: { depth?: number; characters?: number } = {}): Element {
  const { depth = 128, characters = 4_000_000 } = limits;
  if (text.length > characters) throw new Refused("too-large", "Dokumentet er for stort. Del det opp.");
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  const tag = /<(?:!--[^]*?--|\?[^]*?\?|!\[CDATA\[([^]*?)\]\]|\/([^\s<>/]+)\s*|([^\s<>/!?="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>|([^<]+)/gy;
  while (tag.lastIndex < text.length) {
    const found = tag.exec(text);
    if (!found) throw unreadable();
    const [, cdata, close, name, attributes, empty, plain] = found;
    const parent = open.at(-1)!;
    if (cdata !== undefined || plain !== undefined) {
      const value = cdata ?? decode(plain!);
      if (open.length > 1) parent.children.push(value);
      else if (value.trim() !== "") throw unreadable();
    } else if (close !== undefined) {
      if (open.length === 1 || open.pop()!.name !== close) throw unreadable();
    } else if (name !== undefined) {
      if (open.length === 1 && root.children.length > 0) throw unreadable();
      const element: Element = { name, attributes: Object.create(null), children: [] };
      for (const [, key, double, single] of attributes!.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        if (key! in element.attributes) throw unreadable();
        element.attributes[key!] = decode(double ?? single!);
      }
      parent.children.push(element);
      if (empty === "" && open.push(element) > depth + 1) throw new Refused("too-deep", "Dokumentet har for mange nivåer inni hverandre.");
    }
  }
  const [first] = root.children;
  if (open.length !== 1 || first === undefined || typeof first === "string") throw unreadable();
  return first;
}

/** Text of an element, without its elements' text. */
export const textOf = (element: Element) => element.children.filter((child) => typeof child === "string").join("").trim();
/** First child with a name. */
export const child = (element: Element, name: string) =>
  element.children.find((one): one is Element => typeof one !== "string" && one.name === name);

const escape = (text: string) =>
  text.replace(/[<>&"\r]/g, (c) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "\r": "&#13;" })[c]!)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
/** Writes an element. Characters that XML can not hold become U+FFFD. */
export function writeXml(element: Element): string {
  const attributes = Object.entries(element.attributes).map(([key, value]) => ` ${key}="${escape(value)}"`).join("");
  const inner = element.children.map((one) => (typeof one === "string" ? escape(one) : writeXml(one))).join("");
  return inner === "" ? `<${element.name}${attributes}/>` : `<${element.name}${attributes}>${inner}</${element.name}>`;
}
