import { type Adapter, Refused, parse } from "@bindeledd/adapter";

const adapter: Adapter = {
  read(document) {
    const { ref, ident, sent, text } = parse(document.text) as Record<string, string>;
    if (!ref || !ident || !sent || !text) throw new Refused("missing", "Et felt mangler: ref, ident, sent eller text.");
    return { messages: [{ kind: "question", senderReference: ref, participant: { nationalId: ident }, to: ["fjellvik-legekontor"], sentAt: sent, body: { text, about: ["function"] } }] };
  },
  write: (message, context) => ({
    method: "post" as const, path: (context.settings as { path?: string }).path ?? "/in", credential: "transport", headers: { "content-type": "application/json" },
    body: JSON.stringify({ id: context.uuid("document"), ref: message.senderReference, text: message.body.text }),
  }),
};
export default adapter;
