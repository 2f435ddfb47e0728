;; Returns JSON of a million brackets.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (memory.fill (i32.const 2097152) (i32.const 0x5b) (i32.const 1000000))
  (call $messages (i32.const 2097152) (i32.const 1000000)))
