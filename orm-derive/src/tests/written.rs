//! Structs and enums as nobody writes them: right attributes mixed with wrong ones, for random tests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// What an input is meant for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Model,
    Embedded,
    Row,
    Enum,
    Newtype,
}

/// Names: of fields, types, options; among them keywords, raw identifiers, and letters that are not ASCII.
pub(super) const WORDS: &[&str] = &[
    "id",
    "name",
    "a",
    "r#type",
    "r#struct",
    "größe",
    "名前",
    "_0",
    "__orm",
    "Self",
    "self",
    "fn",
    "type",
    "struct",
    "enum",
    "union",
    "pub",
    "crate",
    "where",
    "for",
    "dyn",
    "impl",
    "async",
    "const",
    "mut",
    "i32",
    "String",
    "Option",
    "Auto",
    "BelongsTo",
    "HasMany",
    "table",
    "unique",
    "desc",
    "true",
    "a_name_that_is_much_longer_than_the_sixty_four_characters_that_a_server_takes",
];

/// Literals: also those that are too large, empty, or hard to quote.
pub(super) const LITERALS: &[&str] = &[
    "0",
    "1",
    "50",
    "-1",
    "- -1",
    "65536",
    "5u8",
    "1e3",
    "1.5",
    "1e999",
    "0x_ff",
    "99999999999999999999999999999999999999999",
    "true",
    "false",
    "'c'",
    "b'x'",
    "b\"x\"",
    "c\"x\"",
    "\"\"",
    "\" \"",
    "\"name\"",
    "\"a\"",
    "\"`\"",
    "\"\\0\"",
    "\"'\\\\\"",
    "r#\"\"raw\"\"#",
    "\"ÄÖÜ 🦀 {} {0} {x:?}\"",
    "\"cascade\"",
    "\"set_null\"",
    "\"restrict\"",
    "\"NOW(6)\"",
    "\"BIT(1)\"",
    "\"DECIMAL(10, 2)\"",
    "\"`price` * `pieces`\"",
    "\"kebab-case\"",
    "\"kebab_case\"",
    "\"name that ends with a space \"",
];

/// What a type may be, around a name.
const TYPES: &[&str] = &[
    "{}",
    "Option<{}>",
    "Auto<{}>",
    "Option<Option<{}>>",
    "Option<Auto<{}>>",
    "Vec<{}>",
    "BelongsTo<{}>",
    "Option<BelongsTo<{}>>",
    "HasMany<{}>",
    "HasOne<{}>",
    "ManyToMany<{}>",
    "HasMany<HasMany<{}>>",
    "std::option::Option<{}>",
    "orm_core::BelongsTo<{}>",
    "Box<dyn Fn({}) -> {}>",
    "[{}; 4]",
    "&'static {}",
    "({}, {})",
    "<{} as Trait>::Key",
    "fn({})",
    "*const {}",
    "Option",
    "Option<>",
    "Auto<'static>",
    "BelongsTo<{}, {}>",
    "Option<{{ 1 }}>",
    "impl Into<{}>",
    "!",
    "_",
    "()",
    "some::path!({})",
    "dyn for<'a> Fn(&'a {})",
];

const NAMES_OF_TYPES: &[&str] = &[
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "f32",
    "f64",
    "bool",
    "String",
    "Vec<u8>",
    "NaiveDate",
    "NaiveDateTime",
    "DateTime<Utc>",
    "Uuid",
    "Decimal",
    "Status",
    "Employee",
    "Self",
    "Tag",
    "r#struct",
    "crate::models::Größe",
];

const FLAGS: &[&str] = &[
    "unique",
    "index",
    "stored",
    "trigger",
    "no_default",
    "hooks",
    "cascade",
    "delete_orphan",
    "passive_deletes",
    "restrict",
    "one_sided",
    "number",
    "integer",
    "text",
];
const WITH_TEXT: &[&str] = &[
    "table",
    "engine",
    "charset",
    "collation",
    "comment",
    "name",
    "sql_type",
    "server_default",
    "on_update",
    "computed",
    "check",
    "prefix",
    "column",
    "on_delete",
    "through",
    "from",
    "to",
    "rename",
    "rename_all",
];
const WITH_NUMBER: &[&str] = &["length", "precision", "scale"];
const WITH_NAME: &[&str] = &["inverse", "order_by", "through", "from", "to"];
const WITH_LIST: &[&str] = &["unique", "index", "columns", "order_by", "from", "to"];

/// The attributes above a struct, above a field.
const OF_STRUCTS: &[&str] = &["model", "embed", "row", "db_enum", "column_type", "repr"];
const OF_FIELDS: &[&str] = &[
    "primary_key",
    "version",
    "column",
    "column",
    "embed",
    "belongs_to",
    "has_many",
    "has_one",
    "many_to_many",
    "row",
    "db_enum",
];

/// An input for a derive of this kind, right or wrong.
pub(super) fn input(kind: Kind) -> BoxedStrategy<String> {
    let body = match kind {
        Kind::Model => (vec(field(), 0..4), option::weighted(0.8, Just("#[primary_key] id: Auto<i32>".to_owned())))
            .prop_map(|(fields, key)| key.into_iter().chain(fields).collect::<Vec<_>>())
            .prop_map(braces)
            .boxed(),
        Kind::Embedded | Kind::Row => vec(field(), 0..4).prop_map(braces).boxed(),
        Kind::Enum => vec(variant(), 0..5).prop_map(braces).boxed(),
        Kind::Newtype => tuple(),
    };
    let other = prop_oneof![vec(field(), 0..3).prop_map(braces), vec(variant(), 0..3).prop_map(braces), tuple()];
    let body = prop_oneof![12 => body, 1 => other];
    let word = match kind {
        Kind::Enum => "enum",
        _ => "struct",
    };
    let word = prop_oneof![15 => Just(word), 1 => select(vec!["struct", "enum", "union", "fn", ""])];
    let parameters = prop_oneof![15 => Just(""), 1 => select(vec!["<T>", "<'a>", "<const N: usize>", "<T: Copy = i32>", "<>", "<'a: 'a, T>"])];
    let end = prop_oneof![
        15 => Just(if kind == Kind::Newtype { ";" } else { "" }),
        1 => select(vec!["", ";", "where i32: Copy", ", fn x() {}"])
    ];
    let visibility = select(vec!["", "", "pub", "pub(crate)", "pub(in crate::a)", "pub(in)"]);
    (attributes(OF_STRUCTS, 0..3), visibility, word, name(), parameters, body, end)
        .prop_map(|(attributes, visibility, word, name, parameters, body, end)| {
            format!("{attributes} {visibility} {word} {name} {parameters} {body} {end}")
        })
        .boxed()
}

fn braces(parts: Vec<String>) -> String {
    format!("{{ {} }}", parts.join(", "))
}

fn tuple() -> BoxedStrategy<String> {
    let parts = prop_oneof![4 => vec(ty(), 1..2), 1 => vec(ty(), 0..4)];
    parts.prop_map(|types| format!("({})", types.join(", "))).boxed()
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => fitting_field(),
        3 => (attributes(OF_FIELDS, 0..3), name(), ty()).prop_map(|(attributes, name, ty)| format!("{attributes} {name}: {ty}")),
    ]
}

/// A field that a model can have, most of the time.
fn fitting_field() -> impl Strategy<Value = String> {
    let kinds = select(vec![
        ("#[belongs_to{}]", "BelongsTo<Employee>"),
        ("#[belongs_to{}]", "Option<BelongsTo<Employee>>"),
        ("#[has_many{}]", "HasMany<Employee>"),
        ("#[has_one{}]", "HasOne<Employee>"),
        ("#[many_to_many{}]", "ManyToMany<Employee>"),
        ("#[embed{}]", "Address"),
        ("#[column{}]", "String"),
        ("#[column{}]", "Option<i32>"),
        ("#[column{}]", "Auto<i64>"),
        ("#[version] #[column{}]", "u32"),
        ("", "NaiveDate"),
    ]);
    let options = option::of(option().prop_map(|option| format!("({option})")));
    (kinds, options, select(vec!["a", "b", "c", "r#type", "größe"])).prop_map(|((attribute, ty), options, name)| {
        format!("{} {name}: {ty}", attribute.replace("{}", &options.unwrap_or_default()))
    })
}

fn variant() -> impl Strategy<Value = String> {
    let fields =
        prop_oneof![8 => Just(""), 1 => select(vec!["(i32)", "{ a: i32 }", "()", "{}", "= 5", "= -1", "= A + 1"])];
    let named =
        prop_oneof![6 => select(vec!["Open", "Done", "InProgress", "Größe", "r#Self_", "A"]), 1 => select(WORDS)];
    let renamed = option::weighted(0.3, attributes(&["db_enum"], 1..2));
    (renamed, named, fields)
        .prop_map(|(renamed, name, fields)| format!("{} {name} {fields}", renamed.unwrap_or_default()))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![5 => select(vec!["Tag", "a", "b", "c", "Größe"]), 1 => select(WORDS)].prop_map(str::to_owned)
}

fn ty() -> impl Strategy<Value = String> {
    let around = prop_oneof![2 => Just("{}"), 3 => select(TYPES)];
    (around, select(NAMES_OF_TYPES))
        .prop_map(|(around, name)| around.replace("{{", "{").replace("}}", "}").replace("{}", name))
}

fn attributes(names: &'static [&'static str], count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let name = prop_oneof![12 => select(names), 1 => select(vec!["doc", "serde", "cfg", "a::b", "r#column", "model"])];
    let end = prop_oneof![
        3 => Just(String::new()),
        8 => vec(option(), 0..4).prop_map(|options| format!("({})", options.join(", "))),
        1 => select(LITERALS).prop_map(|literal| format!(" = {literal}")),
        1 => vec(option(), 0..2).prop_map(|options| format!("[{}]", options.join(","))),
        1 => vec(option(), 0..3).prop_map(|options| format!("{{{}}}", options.join(" "))),
        1 => Just("(u8)".to_owned()),
    ];
    vec((name, end).prop_map(|(name, end)| format!("#[{name}{end}]")), count)
        .prop_map(|attributes| attributes.join(" "))
}

/// An option of an attribute: most of the time with a value of the kind that it takes.
fn option() -> impl Strategy<Value = String> {
    let texts: Vec<&str> = LITERALS.iter().filter(|literal| literal.starts_with('"')).copied().collect();
    let names = vec(prop_oneof![4 => select(vec!["a", "b", "c", "id"]), 1 => select(WORDS)], 0..4);
    let all: Vec<&str> = [FLAGS, WITH_TEXT, WITH_NUMBER, WITH_NAME, WITH_LIST, &["default"], WORDS].concat();
    prop_oneof![
        4 => select(FLAGS).prop_map(str::to_owned),
        4 => (select(WITH_TEXT), select(texts.clone())).prop_map(|(name, text)| format!("{name} = {text}")),
        2 => (select(WITH_NUMBER), 0..70_000).prop_map(|(name, number)| format!("{name} = {number}")),
        2 => (select(WITH_NAME), select(WORDS)).prop_map(|(name, word)| format!("{name} = {word}")),
        2 => (select(WITH_LIST), names).prop_map(|(name, names)| format!("{name}({})", names.join(", "))),
        1 => (select(WITH_LIST), vec(select(texts), 0..3)).prop_map(|(name, texts)| format!("{name}({})", texts.join(", "))),
        2 => select(LITERALS).prop_map(|literal| format!("default = {literal}")),
        1 => select(vec!["index = false", "index = true", "order_by(name, desc(a.b))", "order_by(desc(desc(a)))"]).prop_map(str::to_owned),
        3 => (select(all.clone()), select(LITERALS)).prop_map(|(name, literal)| format!("{name} = {literal}")),
        1 => (select(all), select(vec!["", "=", "()", "(())", "= =", "[1]", "= fn", "= { 1 }", "= a::b", "= a::<b>", "= !", "x"]))
            .prop_map(|(name, end)| format!("{name} {end}")),
        1 => select(LITERALS).prop_map(str::to_owned),
    ]
}
