//! `#[derive(DbEnum)]`: an enum without fields, in a column as one name of a list or as a number.

use std::collections::HashMap;

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutyKebabCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DataEnum, DeriveInput, Fields, Ident, LitStr, Meta, Token, Variant};

use crate::error::{Errors, err};
use crate::parse::{Options, Setting, nearest, only};

/// The enum as understood.
struct DbEnum {
    name: Ident,
    values: Vec<Value>,
    stored: Stored,
}

/// A variant, and its name in the database.
struct Value {
    variant: Ident,
    name: String,
}

/// How a value is stored.
enum Stored {
    AsName,
    /// As a number of this type.
    AsNumber(Ident),
}

/// A way to write a name.
type Case = fn(&str) -> String;

/// The ways to write a name, each as one writes it that way.
const CASES: [(&str, Case); 8] = [
    ("snake_case", |name| name.to_snake_case()),
    ("SCREAMING_SNAKE_CASE", |name| name.to_shouty_snake_case()),
    ("kebab-case", |name| name.to_kebab_case()),
    ("SCREAMING-KEBAB-CASE", |name| name.to_shouty_kebab_case()),
    ("PascalCase", |name| name.to_upper_camel_case()),
    ("camelCase", |name| name.to_lower_camel_case()),
    ("lowercase", |name| name.to_lowercase()),
    ("UPPERCASE", |name| name.to_uppercase()),
];

/// Parse and check, then expand.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let understood = read(input, &mut errors);
    let expanded = understood.as_ref().map(expand);
    quote!(#expanded #errors)
}

fn read(input: TokenStream, errors: &mut Errors) -> Option<DbEnum> {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let data = written_enum(&input, errors)?;
    let attribute = only("db_enum", &input.attrs, errors);
    let options = attribute.map(|attribute| EnumOptions::read(attribute, errors)).unwrap_or_default();
    let stored = stored(&input, &options, errors);
    let case = case(options.rename_all.as_ref(), errors);
    let values: Vec<Value> = data.variants.iter().map(|variant| value(variant, case, &stored, errors)).collect();
    match (&stored, &options.rename_all) {
        (Stored::AsName, _) => names_differ(&values, data, errors),
        (Stored::AsNumber(_), Some(rename_all)) => {
            errors.push(err!(&rename_all.name, "a number is stored, not a name: remove `rename_all`"));
        }
        (Stored::AsNumber(_), None) => {}
    }
    Some(match errors.count() {
        0 => DbEnum { name: input.ident, values, stored },
        // No more errors shall follow in models that have it.
        _ => DbEnum { name: input.ident, values: Vec::new(), stored: Stored::AsName },
    })
}

fn written_enum<'i>(input: &'i DeriveInput, errors: &mut Errors) -> Option<&'i DataEnum> {
    let name = &input.ident;
    let error = match &input.data {
        Data::Enum(_) if !input.generics.params.is_empty() => {
            err!(&input.generics, "its values have no fields, so it has no parameters: remove them")
        }
        Data::Enum(data) if data.variants.is_empty() => {
            err!(name, "it has no values: write `enum {name} {{ First, Second }}`")
        }
        Data::Enum(data) => return Some(data),
        Data::Struct(data) => {
            err!(data.struct_token, "`DbEnum` is for enums: for a struct of one field write `#[derive(ColumnType)]`")
        }
        Data::Union(data) => err!(data.union_token, "`DbEnum` is for enums"),
    };
    errors.push(error);
    None
}

/// `#[db_enum(…)]` above the enum
#[derive(Default)]
struct EnumOptions {
    text: Option<Setting<()>>,
    integer: Option<Setting<()>>,
    rename_all: Option<Setting<LitStr>>,
}

impl EnumOptions {
    fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let read = Self {
            text: options.flag("text"),
            integer: options.flag("integer"),
            rename_all: options.text("rename_all"),
        };
        options.finish();
        read
    }
}

fn stored(input: &DeriveInput, options: &EnumOptions, errors: &mut Errors) -> Stored {
    let Some(integer) = &options.integer else { return Stored::AsName };
    if options.text.is_some() {
        errors.push(err!(&integer.name, "it is stored as text or as an integer: remove one of the two"));
        return Stored::AsName;
    }
    match (repr(&input.attrs), &input.ident) {
        (Some(repr), _) if INTEGERS.contains(&repr.to_string().as_str()) => Stored::AsNumber(repr),
        (Some(repr), _) => {
            errors.push(err!(&repr, "no column has the type `{repr}`: write `#[repr(i64)]`"));
            Stored::AsName
        }
        (None, name) => {
            errors.push(err!(
                &integer.name,
                "the column has the integer type of the enum: write `#[repr(u8)]`, say, above `enum {name}`"
            ));
            Stored::AsName
        }
    }
}

/// The integer types that columns have.
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

/// The integer in `#[repr(…)]`.
fn repr(attributes: &[Attribute]) -> Option<Ident> {
    let words = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("repr"))
        .filter_map(|attribute| attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok());
    let is_integer = |word: &Ident| {
        let word = word.to_string();
        word.starts_with(['i', 'u']) && (word.ends_with("size") || word.ends_with(|last: char| last.is_ascii_digit()))
    };
    words.flatten().filter_map(|word| word.path().get_ident().cloned()).find(is_integer)
}

fn case(rename_all: Option<&Setting<LitStr>>, errors: &mut Errors) -> Case {
    let (_, default) = CASES[0];
    let Some(Setting { value, .. }) = rename_all else { return default };
    let given = value.value();
    let names = CASES.map(|(name, _)| name);
    match CASES.iter().find(|(name, _)| *name == given) {
        Some((_, case)) => *case,
        None => {
            errors.push(match nearest(&given, &names) {
                Some(known) => err!(value, "there is no such way to write names: did you mean `\"{known}\"`?"),
                None => err!(value, "write one of {}", names.map(|name| format!("\"{name}\"")).join(", ")),
            });
            default
        }
    }
}

fn value(variant: &Variant, case: Case, stored: &Stored, errors: &mut Errors) -> Value {
    let name = &variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        errors.push(err!(&variant.fields, "a column holds which value it is and nothing more: write just `{name}`"));
    }
    let rename = only("db_enum", &variant.attrs, errors).and_then(|attribute| {
        let mut options = Options::of(attribute, errors);
        let rename = options.text("rename");
        options.finish();
        rename
    });
    if let (Stored::AsNumber(_), Some(rename)) = (stored, &rename) {
        errors.push(err!(&rename.name, "a number is stored, not a name: remove `rename`"));
    }
    let given = rename.map(|rename| rename.value);
    if let Some(given) = &given {
        name_fits(given, errors);
    }
    let name = given.map_or_else(|| case(&name.unraw().to_string()), |given| given.value());
    Value { variant: variant.ident.clone(), name }
}

/// The server's limit is 255 characters, and it takes spaces at the end away.
/// (<https://mariadb.com/kb/en/enum/>)
fn name_fits(given: &LitStr, errors: &mut Errors) {
    let name = given.value();
    if name.is_empty() || name.chars().count() > 255 || name.ends_with(' ') {
        errors.push(err!(given, "a name has 1 to 255 characters and does not end with a space"));
    }
}

/// The server does not tell upper case from lower.
fn names_differ(values: &[Value], data: &DataEnum, errors: &mut Errors) {
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for (value, variant) in values.iter().zip(&data.variants) {
        if let Some(other) = seen.insert(value.name.to_lowercase(), &value.variant) {
            let name = &value.name;
            errors.push(err!(
                &variant.ident,
                "`{name}` is the name of `{other}` already: write another, `#[db_enum(rename = \"…\")]`"
            ));
        }
    }
}

fn expand(db_enum: &DbEnum) -> TokenStream {
    let name = &db_enum.name;
    let variants: Vec<&Ident> = db_enum.values.iter().map(|value| &value.variant).collect();
    let names = db_enum.values.iter().map(|value| &value.name);
    let places = (0..variants.len()).map(Literal::usize_unsuffixed);
    let place = match variants.is_empty() {
        true => quote!(0),
        false => quote!(match self { #(Self::#variants => #places,)* }),
    };
    let column_type = column_type(db_enum, &variants);
    quote! {
        const _: () = {
            use ::orm_core::support as __orm;

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::DbEnum for #name {
                const VALUES: &'static [Self] = &[#(Self::#variants),*];
                const NAMES: &'static [&'static str] = &[#(#names),*];

                fn place(&self) -> usize {
                    #place
                }
            }
            #column_type
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::KeyColumn for #name {}
        };
    }
}

fn column_type(db_enum: &DbEnum, variants: &[&Ident]) -> TokenStream {
    let name = &db_enum.name;
    let (before, sql_type, to_value, from_value) = match &db_enum.stored {
        Stored::AsName => (
            TokenStream::new(),
            quote!(__orm::SqlType::Enum(<Self as __orm::DbEnum>::NAMES)),
            quote!(__orm::db_enum::to_name(self)),
            quote!(__orm::db_enum::from_name(&value)),
        ),
        Stored::AsNumber(number) => (
            quote!(const NUMBERS: &[#number] = &[#(#name::#variants as #number),*];),
            quote!(<#number as __orm::ColumnType>::SQL_TYPE),
            quote!(__orm::ColumnType::to_value(&NUMBERS[__orm::DbEnum::place(self)])),
            quote!(__orm::db_enum::from_number(NUMBERS, &value)),
        ),
    };
    quote! {
        #before
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::ColumnType for #name {
            const SQL_TYPE: __orm::SqlType = #sql_type;

            fn to_value(&self) -> __orm::Value {
                #to_value
            }

            fn from_value(value: __orm::Value) -> ::core::result::Result<Self, __orm::ConversionError> {
                #from_value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{derive, read};
    use crate::error::Errors;
    use crate::tests::formatted;

    fn mistakes(input: &str, expected: Expect) {
        let mut errors = Errors::default();
        read(input.parse().expect("the enum consists of tokens"), &mut errors);
        expected.assert_eq(&errors.told());
    }

    #[test]
    fn names_expand_to_lists() {
        expect![[r#"
            const _: () = {
                use ::orm_core::support as __orm;
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::DbEnum for Status {
                    const VALUES: &'static [Self] = &[Self::Open, Self::Closed];
                    const NAMES: &'static [&'static str] = &["open", "done"];
                    fn place(&self) -> usize {
                        match self {
                            Self::Open => 0,
                            Self::Closed => 1,
                        }
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::ColumnType for Status {
                    const SQL_TYPE: __orm::SqlType = __orm::SqlType::Enum(
                        <Self as __orm::DbEnum>::NAMES,
                    );
                    fn to_value(&self) -> __orm::Value {
                        __orm::db_enum::to_name(self)
                    }
                    fn from_value(
                        value: __orm::Value,
                    ) -> ::core::result::Result<Self, __orm::ConversionError> {
                        __orm::db_enum::from_name(&value)
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::KeyColumn for Status {}
            };
        "#]]
        .assert_eq(&formatted(derive, "enum Status { Open, #[db_enum(rename = \"done\")] Closed }"));
    }

    #[test]
    fn numbers_expand_to_a_list_of_them() {
        expect![[r#"
            const _: () = {
                use ::orm_core::support as __orm;
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::DbEnum for Level {
                    const VALUES: &'static [Self] = &[Self::Low, Self::High];
                    const NAMES: &'static [&'static str] = &["low", "high"];
                    fn place(&self) -> usize {
                        match self {
                            Self::Low => 0,
                            Self::High => 1,
                        }
                    }
                }
                const NUMBERS: &[u8] = &[Level::Low as u8, Level::High as u8];
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::ColumnType for Level {
                    const SQL_TYPE: __orm::SqlType = <u8 as __orm::ColumnType>::SQL_TYPE;
                    fn to_value(&self) -> __orm::Value {
                        __orm::ColumnType::to_value(&NUMBERS[__orm::DbEnum::place(self)])
                    }
                    fn from_value(
                        value: __orm::Value,
                    ) -> ::core::result::Result<Self, __orm::ConversionError> {
                        __orm::db_enum::from_number(NUMBERS, &value)
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::KeyColumn for Level {}
            };
        "#]]
        .assert_eq(&formatted(derive, "#[db_enum(integer)] #[repr(u8)] enum Level { Low = 1, High = 10 }"));
    }

    #[test]
    fn names_are_written_as_it_is_asked_for() {
        let names = |case: &str| {
            let input = format!("#[db_enum(rename_all = \"{case}\")] enum Status {{ InProgress, r#As }}");
            let read = read(input.parse().expect("tokens"), &mut Errors::default()).expect("an enum");
            read.values.into_iter().map(|value| value.name).collect::<Vec<_>>()
        };
        assert_eq!(names("snake_case"), ["in_progress", "as"]);
        assert_eq!(names("SCREAMING-KEBAB-CASE"), ["IN-PROGRESS", "AS"]);
        assert_eq!(names("camelCase"), ["inProgress", "as"]);
        assert_eq!(names("lowercase"), ["inprogress", "as"]);
    }

    #[test]
    fn what_is_no_enum_without_fields_is_told() {
        mistakes(
            "struct Status;",
            expect![[r#"
            struct
                `DbEnum` is for enums: for a struct of one field write `#[derive(ColumnType)]`
        "#]],
        );
        mistakes(
            "enum Status {}",
            expect![[r#"
            Status
                it has no values: write `enum Status { First, Second }`
        "#]],
        );
        mistakes(
            "enum Status<T> { A(T) }",
            expect![[r#"
            <T>
                its values have no fields, so it has no parameters: remove them
        "#]],
        );
        mistakes(
            "enum Status { A, B(i32), C { d: i32 } }",
            expect![[r#"
            (i32)
                a column holds which value it is and nothing more: write just `B`
            { d: i32 }
                a column holds which value it is and nothing more: write just `C`
        "#]],
        );
    }

    #[test]
    fn an_integer_has_a_type_that_columns_have() {
        mistakes(
            "#[db_enum(integer)] enum Status { A }",
            expect![[r#"
            integer
                the column has the integer type of the enum: write `#[repr(u8)]`, say, above `enum Status`
        "#]],
        );
        mistakes(
            "#[db_enum(integer)] #[repr(usize)] enum Status { A }",
            expect![[r#"
            usize
                no column has the type `usize`: write `#[repr(i64)]`
        "#]],
        );
        mistakes("#[db_enum(integer)] #[repr(C, i16)] enum Status { A, a }", expect![[""]]);
        mistakes(
            "#[db_enum(text, integer)] #[repr(u8)] enum Status { A }",
            expect![[r#"
            integer
                it is stored as text or as an integer: remove one of the two
        "#]],
        );
    }

    #[test]
    fn names_that_mean_nothing_are_told() {
        mistakes(
            "#[db_enum(integer, rename_all = \"lowercase\")] #[repr(u8)] enum Status { #[db_enum(rename = \"b\")] A }",
            expect![[r#"
                rename
                    a number is stored, not a name: remove `rename`
                rename_all
                    a number is stored, not a name: remove `rename_all`
            "#]],
        );
        mistakes(
            "#[db_enum(rename_all = \"snakecase\")] enum Status { A }",
            expect![[r#"
            "snakecase"
                there is no such way to write names: did you mean `"snake_case"`?
        "#]],
        );
        mistakes(
            "#[db_enum(rename_all = \"loud\")] enum Status { A }",
            expect![[r#"
            "loud"
                write one of "snake_case", "SCREAMING_SNAKE_CASE", "kebab-case", "SCREAMING-KEBAB-CASE", "PascalCase", "camelCase", "lowercase", "UPPERCASE"
        "#]],
        );
        mistakes(
            "enum Status { #[db_enum(rename = \"\")] A, #[db_enum(name = \"c \")] B }",
            expect![[r#"
            ""
                a name has 1 to 255 characters and does not end with a space
            name
                `#[db_enum]` has no option `name`: did you mean `rename`?
        "#]],
        );
    }

    #[test]
    fn names_that_the_server_takes_for_one_are_told() {
        mistakes(
            "enum Status { Open, OPEN, #[db_enum(rename = \"Open\")] Other }",
            expect![[r#"
            OPEN
                `open` is the name of `Open` already: write another, `#[db_enum(rename = "…")]`
            Other
                `Open` is the name of `OPEN` already: write another, `#[db_enum(rename = "…")]`
        "#]],
        );
    }
}
