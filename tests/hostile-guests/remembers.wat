;; Counts its calls in a global and in memory near and far, and returns the sum.
(global $calls (mut i32) (i32.const 0))
(func $count (param $at i32) (result i32)
  (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
  (i32.load (local.get $at)))
(func (export "read") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
  (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
  (i32.store8
    (i32.const 512)
    (i32.add
      (i32.const 48)
      (i32.add
        (global.get $calls)
        (i32.add (call $count (i32.const 4096)) (call $count (i32.const 4194304))))))
  (call $nothing (i32.const 512) (i32.const 1)))
