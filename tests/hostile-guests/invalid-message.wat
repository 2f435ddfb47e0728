;; Returns JSON of the contract, with a message of an unknown kind. An error must not repeat its text.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $messages (i32.const 512) (i32.const 49)))
(data (i32.const 512) "{\"messages\": [{\"kind\": \"31777207884-is-secret\"}]}")
