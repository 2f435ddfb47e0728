;; Returns a list of 100,000 headers that all point at the same 4 MB: 400 GB to copy.
(func (export "write") (param i32 i32 i32 i32) (result i32)
  (local $header i32)
  (local.set $header (i32.const 2097152))
  (loop $more
    (i32.store (local.get $header) (i32.const 4194304))
    (i32.store offset=4 (local.get $header) (i32.const 4194304))
    (i32.store offset=8 (local.get $header) (i32.const 4194304))
    (i32.store offset=12 (local.get $header) (i32.const 4194304))
    (local.set $header (i32.add (local.get $header) (i32.const 16)))
    (br_if $more (i32.lt_u (local.get $header) (i32.const 3697152))))
  ;; ok(request): POST, path, headers
  (i32.store8 (i32.const 20) (i32.const 1))
  (i32.store (i32.const 24) (i32.const 512))
  (i32.store (i32.const 28) (i32.const 2))
  (i32.store (i32.const 32) (i32.const 2097152))
  (i32.store (i32.const 36) (i32.const 100000))
  (i32.const 16))
(data (i32.const 512) "/x")
