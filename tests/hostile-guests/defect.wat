;; Tells a fault of its own, with a number of a person in it.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 16) (i32.const 1))
  (i32.store8 (i32.const 20) (i32.const 1))
  (i32.store (i32.const 24) (i32.const 512))
  (i32.store (i32.const 28) (i32.const 32))
  (i32.const 16))
(data (i32.const 512) "TypeError 31777207884 is unknown")
