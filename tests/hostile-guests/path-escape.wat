;; Answers a message with a request that leaves the endpoint's address.
(func (export "write") (param i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 20) (i32.const 1))
  (i32.store (i32.const 24) (i32.const 512))
  (i32.store (i32.const 28) (i32.const 17))
  (i32.const 16))
(data (i32.const 512) "/a/%2e%2E/b/admin")
