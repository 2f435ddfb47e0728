//! Only a decision makes content that may leave. Programs that try to make such content without a decision do not
//! compile.

#[test]
fn minimised_content_can_not_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/forge/*.rs");
}
