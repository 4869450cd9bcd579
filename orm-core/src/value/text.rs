//! Column types that are text to the server.

use crate::value::ColumnType;

/// A column type that can be compared with patterns and given to functions of texts: `String`, and a type of your own that
/// says so.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text",
    note = "this is for texts only; for a type of your own write `impl orm_core::value::Text for {Self} {{}}`"
)]
pub trait Text: ColumnType {}

#[diagnostic::do_not_recommend]
impl Text for String {}
