;; Loops over one instruction that writes 8 MB each time.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $again
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 8388608))
    (br $again))
  (unreachable))
