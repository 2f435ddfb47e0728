;; Returns one string of all its memory.
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $more
    (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
  (call $nothing (i32.const 65536) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 65536))))
