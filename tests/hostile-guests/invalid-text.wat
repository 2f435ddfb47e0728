;; Returns a string that is not UTF-8.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $nothing (i32.const 512) (i32.const 3)))
(data (i32.const 512) "\ff\fe\fd")
