(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (unreachable))
(func (export "settle") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.div_u (i32.const 1) (i32.const 0)))
