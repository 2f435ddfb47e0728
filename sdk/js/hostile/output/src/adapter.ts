import type { Adapter } from "@bindeledd/adapter";

const adapter: Adapter = {
  read() {
    return { nothing: "x".repeat(500_000_000) };
  },
  write: () => ({ method: "post", path: "/" }),
};
export default adapter;
