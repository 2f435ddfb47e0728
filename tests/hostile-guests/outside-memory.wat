;; Returns a text that begins after the end of the memory.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $nothing (i32.const 0x7fffff00) (i32.const 64)))
