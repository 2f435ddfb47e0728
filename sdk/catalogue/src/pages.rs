//! Makes the pages of `docs/messages` from the catalogue and its fixtures. A test compares the committed pages with
//! them.

use std::fmt::Write as _;

use crate::category::CategorySet;
use crate::field::{Code, FieldSpec, FieldType};
use crate::fixtures;
use crate::kind::{Kind, KindSpec};
use crate::prose;

/// Makes every page, by file name.
#[must_use]
pub fn all() -> Vec<(String, String)> {
    let mut out = vec![("README.md".to_owned(), index())];
    out.extend(
        Kind::ALL
            .into_iter()
            .map(|kind| (format!("{}.md", kind.code()), page(kind))),
    );
    out
}

fn index() -> String {
    let mut out = String::from(
        "# Message kinds\n\nMade from the catalogue (`sdk/catalogue`). A message goes only to receivers that the participant's consent covers, \
         field by field: a field's category is the subject that it tells about. The envelope is in [message.json](../schemas/message.json).\n\n\
         Free text carries no diagnosis codes and no national identity number but the participant's. The hub looks for them in every text and \
         names the fields to the sender (`flags`), or refuses them if it is configured to (BL-1007).\n\n\
         | kind | Norwegian | for | usually sent by |\n|---|---|---|---|\n",
    );
    for spec in Kind::ALL.map(Kind::spec) {
        let KindSpec {
            code,
            title,
            purpose,
            usual_sender,
            ..
        } = spec;
        let _ = writeln!(out, "| [`{code}`]({code}.md) | {title} | {purpose} | {usual_sender} |");
    }
    out
}

/// Makes the page of one kind.
#[must_use]
pub fn page(kind: Kind) -> String {
    let spec = kind.spec();
    let mut out = format!("# `{}`: {}\n\n{}\n\n", spec.code, spec.title, spec.purpose);
    let receivers = match (spec.named_parties_only, spec.to_gp) {
        (true, _) if spec.by_hub => "every party that received something under the withdrawn consent",
        (true, _) => "named parties, never a whole circle",
        (false, true) => "named parties or the circle; a GP gets it by default",
        (false, false) => "named parties or the circle; a GP gets it only by choice",
    };
    let _ = writeln!(out, "- Usually sent by: {}", spec.usual_sender);
    if spec.by_hub {
        out.push_str("- Tells about: nothing that needs a category; its words are fixed\n");
    } else {
        let _ = writeln!(out, "- Tells about: {} ({})", spec.category, spec.category.norwegian());
    }
    let _ = writeln!(out, "- Goes to: {receivers}");
    for (field, code) in spec.urgent_when {
        let _ = writeln!(
            out,
            "- Urgent if `{field}` is `{code}`: a blocked delivery of it raises the alert `urgent-blocked`"
        );
    }
    let _ = writeln!(out, "- Schema: [body/{0}.json](../schemas/body/{0}.json)\n", spec.code);
    out.push_str("| field | Norwegian | category | required | holds |\n|---|---|---|---|---|\n");
    for field in spec.fields {
        let category = if spec.by_hub { "" } else { field.category.code() };
        row(&mut out, field, field.name, category);
    }
    codes(&mut out, spec.fields);
    let _ = write!(out, "\n## Example\n\n```json\n{}```\n", fixtures::json(kind));
    if let Some(message) = fixtures::message(kind) {
        let text = prose::write(&message.draft.body);
        let _ = write!(
            out,
            "\n## As text\n\nFor receivers whose format is prose.\n\n```text\n{text}```\n"
        );
    }
    out
}

fn row(out: &mut String, field: &FieldSpec, path: &str, category: &str) {
    let required = if field.required { "yes" } else { "" };
    let _ = writeln!(
        out,
        "| `{path}` | {} | {category} | {required} | {} |",
        field.label,
        holds(&field.ty)
    );
    let (fields, path) = match &field.ty {
        FieldType::Record(fields) => (fields, path.to_owned()),
        FieldType::List {
            of: FieldType::Record(fields),
            ..
        } => (fields, format!("{path}[]")),
        _ => return,
    };
    for field in *fields {
        // Only the category of the field that holds the record counts.
        row(out, field, &format!("{path}.{}", field.name), "");
    }
}

fn holds(ty: &FieldType) -> String {
    match ty {
        FieldType::Code(_) => "a code, below".into(),
        FieldType::Record(_) => "a record".into(),
        FieldType::List {
            of: FieldType::Record(_),
            max,
        } => format!("1 to {max} records"),
        FieldType::List { of, max } => format!("1 to {max}, each {}", holds(of)),
        FieldType::Number { .. } => format!("{} with at most one decimal", ty.describe()),
        _ => ty.describe(),
    }
}

fn codes(out: &mut String, fields: &[FieldSpec]) {
    for field in fields {
        match &field.ty {
            FieldType::Code(list) => code_table(out, field.name, list),
            FieldType::Record(fields)
            | FieldType::List {
                of: FieldType::Record(fields),
                ..
            } => codes(out, fields),
            _ => {}
        }
    }
}

fn code_table(out: &mut String, field: &str, list: &[Code]) {
    let needs_more = list.iter().any(|c| !c.needs.is_empty());
    let _ = write!(out, "\n### Codes of `{field}`\n\n| code | Norwegian |");
    out.push_str(if needs_more {
        " needs also |\n|---|---|---|\n"
    } else {
        "\n|---|---|\n"
    });
    for Code { code, text, needs } in list {
        let _ = write!(out, "| `{code}` | {text} |");
        if needs_more {
            let _ = write!(
                out,
                " {} |",
                if *needs == CategorySet::EMPTY {
                    String::new()
                } else {
                    needs.to_string()
                }
            );
        }
        out.push('\n');
    }
}
