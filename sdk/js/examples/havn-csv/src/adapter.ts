// The fictional system «Havn» exports one line for each message, separated by semicolons, as Norwegian spreadsheets do.
import { type Adapter, type Message, Refused } from "@bindeledd/adapter";

const COLUMNS = ["type", "ref", "ident", "navn", "til", "sendt", "status", "oppmote", "dager", "prosent", "tekst", "sted", "bekymring", "gjelder", "svarPaa"];
const KINDS: Record<string, string> = { FREMDRIFT: "progress-update", SPORSMAL: "question", SVAR: "answer" };
const NAMES = Object.fromEntries(Object.entries(KINDS).map(([native, kind]) => [kind, native]));
const MAX_ROWS = 100;

/** RFC 4180 with semicolons: no recursion, one pass. */
function rows(csv: string): string[][] {
  const out: string[][] = [];
  let row: string[] = [], cell = "", quoted = false;
  for (let i = 0; i < csv.length; i++) {
    const c = csv[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') { cell += c; i++; }
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === ";" || c === "\n" || c === "\r") {
      row.push(cell); cell = "";
      if (c === ";") continue;
      if (c === "\r" && csv[i + 1] === "\n") i++;
      if (row.length > 1 || row[0] !== "") out.push(row);
      row = [];
      if (out.length > MAX_ROWS) throw new Refused("too-many", `Filen har mer enn ${MAX_ROWS - 1} meldinger. Del den opp.`);
    } else cell += c;
  }
  if (quoted) throw new Refused("unreadable", "Filen slutter midt i et felt: et anførselstegn mangler.");
  if (cell !== "" || row.length > 0) out.push([...row, cell]);
  return out;
}

const quote = (value: string) => (/[";\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** A decimal number as people here write it. */
function number(raw: string, place: string): number {
  if (!/^\d{1,3}([.,]\d)?$/.test(raw)) throw new Refused("invalid", `Feltet ${place} er ikke riktig: ventet et tall.`);
  return Number(raw.replace(",", "."));
}

function body(kind: string, at: (column: string) => string): Record<string, unknown> {
  const about = at("gjelder").split(",").map((s) => s.trim()).filter(Boolean);
  const fields: Record<string, unknown> = kind === "progress-update"
    ? {
        status: at("status"), activity: at("tekst"), workplace: at("sted"), concern: at("bekymring"),
        attendancePercent: at("oppmote") && number(at("oppmote"), "oppmote"),
        daysPerWeek: at("dager") && number(at("dager"), "dager"), percent: at("prosent") && number(at("prosent"), "prosent"),
      }
    : { text: at("tekst"), about: about.length > 0 ? about : "" };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

const adapter: Adapter = {
  read(document) {
    const [header, ...lines] = rows(document.text);
    if (!header?.includes("type") || lines.length === 0) throw new Refused("unreadable", "Filen har ingen overskriftsrad eller ingen meldinger.");
    const unknown = header.filter((name) => !COLUMNS.includes(name));
    const messages = lines.map((line): Message => {
      const at = (column: string) => line[header.indexOf(column)]?.trim() ?? "";
      const kind = KINDS[at("type")];
      if (kind === undefined) throw new Refused("unknown-code", `Feltet type er ikke riktig: ventet ${Object.keys(KINDS).join(", ")}.`);
      for (const column of ["ref", "ident", "sendt"]) if (at(column) === "") throw new Refused("missing", `Feltet ${column} mangler.`);
      return {
        kind, senderReference: at("ref"), sentAt: at("sendt"), to: at("til") === "KRETS" ? "circle" : at("til").split(",").map((s) => s.trim()),
        participant: { nationalId: at("ident"), ...(at("navn") && { name: at("navn") }) }, ...(at("svarPaa") && { inReplyTo: at("svarPaa") }),
        body: body(kind, at),
      };
    });
    return { messages, leftOut: unknown.map((name) => `kolonnen ${name}`) };
  },

  write(message, context) {
    const type = NAMES[message.kind];
    if (type === undefined) throw new Refused("kind", "Havn tar ikke imot denne typen melding.");
    const b = message.body as Record<string, string | number | string[] | undefined>;
    const decimal = (value: unknown) => (value === undefined ? "" : String(value).replace(".", ","));
    const cells: Record<string, string> = {
      type, ref: message.senderReference, ident: message.participant.nationalId, navn: message.participant.name ?? "",
      til: Array.isArray(message.to) ? message.to.join(",") : "KRETS", sendt: message.sentAt, svarPaa: message.inReplyTo ?? "",
      status: String(b.status ?? ""), oppmote: decimal(b.attendancePercent), dager: decimal(b.daysPerWeek), prosent: decimal(b.percent),
      tekst: String(b.activity ?? b.text ?? ""), sted: String(b.workplace ?? ""), bekymring: String(b.concern ?? ""),
      gjelder: Array.isArray(b.about) ? b.about.join(",") : "",
    };
    const csv = `${COLUMNS.join(";")}\r\n${COLUMNS.map((column) => quote(cells[column] ?? "")).join(";")}\r\n`;
    const { path } = context.settings as { path?: string };
    return {
      method: "post", path: path ?? "/import", body: csv, credential: "transport",
      headers: { "content-type": "text/csv; charset=utf-8", "x-bindeledd-melding": message.id ?? "" },
      carries: message.id ? [{ scheme: "melding", value: message.id }] : [],
    };
  },
};

export default adapter;
