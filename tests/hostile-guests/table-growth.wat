;; Grows a table until it gets no more elements, and gives up as a Rust guest does.
(table $many 1 funcref)
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $again
    (br_if $again (i32.ne (table.grow $many (ref.null func) (i32.const 1000)) (i32.const -1))))
  (unreachable))
