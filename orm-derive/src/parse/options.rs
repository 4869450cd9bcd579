//! The options of one attribute: `length = 50`, `unique` and `columns("a", "b")`, taken out by name.
//!
//! An option that cannot be read is told and left out; the others are still read.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Ident, LitBool, LitInt, LitStr, MacroDelimiter, Meta, Path, Token, parenthesized};

use crate::error::{Errors, err};
use crate::parse::{Literal, Table, nearest};

/// An option with its value.
pub(crate) struct Setting<T> {
    pub(crate) name: Ident,
    pub(crate) value: T,
}

/// The options that were written, less those already taken out.
pub(crate) struct Options<'e> {
    attribute: String,
    left: Vec<Written>,
    known: Vec<&'static str>,
    errors: &'e mut Errors,
}

struct Written {
    name: Ident,
    value: Value,
}

enum Value {
    Nothing,
    Assigned(TokenStream),
    Listed(TokenStream),
}

impl<'e> Options<'e> {
    /// The options between the parentheses of an attribute.
    pub(crate) fn of(attribute: &Attribute, errors: &'e mut Errors) -> Self {
        let name = attribute.path().to_token_stream().to_string();
        let tokens = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) if matches!(list.delimiter, MacroDelimiter::Paren(_)) => list.tokens.clone(),
            other => {
                errors.push(err!(other, "options are written in parentheses: `#[{name}(…)]`"));
                TokenStream::new()
            }
        };
        let left = split_at_commas(tokens).into_iter().filter_map(|option| written(&name, option, errors)).collect();
        Self { attribute: name, left, known: Vec::new(), errors }
    }

    /// `unique`
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<Setting<()>> {
        self.one(name, |option| match &option.value {
            Value::Nothing => Ok(()),
            _ => Err(err!(option, "`{name}` takes no value: write just `{name}`")),
        })
    }

    /// `name = "text"`
    pub(crate) fn text(&mut self, name: &'static str) -> Option<Setting<LitStr>> {
        self.one(name, |option| option.assigned(name, "text: write `", " = \"…\"`"))
    }

    /// `length = 50`
    pub(crate) fn number(&mut self, name: &'static str) -> Option<Setting<LitInt>> {
        self.one(name, |option| option.assigned(name, "a whole number: write `", " = 10`"))
    }

    /// `index = false`
    pub(crate) fn truth(&mut self, name: &'static str) -> Option<Setting<LitBool>> {
        self.one(name, |option| option.assigned(name, "true or false: write `", " = false`"))
    }

    /// `inverse = manager`
    pub(crate) fn field(&mut self, name: &'static str) -> Option<Setting<Ident>> {
        self.one(name, |option| option.assigned(name, "the name of a field, without quotes: write `", " = field`"))
    }

    /// `default = true`
    pub(crate) fn literal(&mut self, name: &'static str) -> Option<Setting<Literal>> {
        self.one(name, |option| match &option.value {
            Value::Assigned(tokens) => Literal::parse.parse2(tokens.clone()).map_err(|_| {
                err!(
                    tokens,
                    "`default` takes a literal, such as `true`, `-1` or `\"new\"`: for SQL write \
                     `server_default = \"…\"` on an `Auto<T>` field"
                )
            }),
            _ => Err(err!(
                option,
                "`{name}` takes a literal: write `{name} = true`, `{name} = -1` or `{name} = \"new\"`"
            )),
        })
    }

    /// `through = "table"` or `through = Model`
    pub(crate) fn table(&mut self, name: &'static str) -> Option<Setting<Table>> {
        self.one(name, |option| {
            option.assigned_by(Table::parse, name, "a table or a model: write `", " = \"table\"` or `through = Model`")
        })
    }

    /// `from = "column"`, `from("column", "column")`, or `from = field`
    pub(crate) fn end(&mut self, name: &'static str) -> Option<Setting<End>> {
        self.one(name, |option| match &option.value {
            Value::Listed(tokens) => list(tokens).map(End::Columns).map_err(|_| list_of_texts(name, option)),
            _ => option.assigned_by(
                End::parse,
                name,
                "a column, or a field of the model that it goes through: write `",
                " = \"column\"`",
            ),
        })
    }

    /// `columns("a", "b")`
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Setting<Vec<LitStr>>> {
        self.one(name, |option| match &option.value {
            Value::Listed(tokens) => list(tokens).map_err(|_| list_of_texts(name, option)),
            _ => Err(list_of_texts(name, option)),
        })
    }

    /// `order_by = name` or `order_by(name, desc(date))`
    pub(crate) fn order(&mut self, name: &'static str) -> Option<Setting<Vec<Sort>>> {
        self.one(name, |option| {
            let sorts = match &option.value {
                Value::Nothing => None,
                Value::Assigned(tokens) => Sort::parse.parse2(tokens.clone()).map(|sort| vec![sort]).ok(),
                Value::Listed(tokens) => list(tokens).ok(),
            };
            sorts.ok_or_else(|| {
                err!(
                    option,
                    "`{name}` takes fields of the other model: write `{name} = name` or `{name}(name, desc(date))`"
                )
            })
        })
    }

    /// `unique(a, b)`, as often as it is written
    pub(crate) fn field_lists(&mut self, name: &'static str) -> Vec<Setting<Vec<Ident>>> {
        let options = self.take(name);
        let mut lists = Vec::new();
        for option in options {
            let fields = match &option.value {
                Value::Listed(tokens) => list(tokens).ok(),
                _ => None,
            };
            match fields {
                Some(value) => lists.push(Setting { name: option.name, value }),
                None => {
                    self.errors.push(err!(&option, "`{name}` takes names of fields: write `{name}(first, second)`"))
                }
            }
        }
        lists
    }

    /// Whatever is left is unknown.
    pub(crate) fn finish(self) {
        for option in self.left {
            let name = option.name.to_string();
            let attribute = &self.attribute;
            self.errors.push(match (nearest(&name, &self.known), self.known.as_slice()) {
                (_, []) => err!(&option, "`#[{attribute}]` takes no options: remove `{name}`"),
                (Some(known), _) => {
                    err!(&option.name, "`#[{attribute}]` has no option `{name}`: did you mean `{known}`?")
                }
                (None, known) => {
                    err!(&option.name, "`#[{attribute}]` has no option `{name}`, it has: {}", known.join(", "))
                }
            });
        }
    }

    fn one<T>(&mut self, name: &'static str, read: impl FnOnce(&Written) -> syn::Result<T>) -> Option<Setting<T>> {
        let mut options = self.take(name).into_iter();
        let option = options.next()?;
        for again in options {
            self.errors.push(err!(&again, "`{name}` is written twice: remove one of the two"));
        }
        match read(&option) {
            Ok(value) => Some(Setting { name: option.name, value }),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    fn take(&mut self, name: &'static str) -> Vec<Written> {
        self.known.push(name);
        self.left.extract_if(.., |option| option.name == name).collect()
    }
}

/// A column of the other model by which members are ordered.
pub(crate) struct Sort {
    pub(crate) direction: Direction,
    /// The field; in an embedded value the way to it.
    pub(crate) field: Vec<Ident>,
}

/// Up or down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Parse for Sort {
    /// `name`, `address.city`, or one of these in `desc(…)` or `asc(…)`
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let direction = match input.fork().parse::<Ident>()?.to_string().as_str() {
            "desc" if input.peek2(Paren) => Some(Direction::Descending),
            "asc" if input.peek2(Paren) => Some(Direction::Ascending),
            _ => None,
        };
        let Some(direction) = direction else {
            return Ok(Self { direction: Direction::Ascending, field: field_path(input)? });
        };
        input.parse::<Ident>()?;
        let inside;
        parenthesized!(inside in input);
        let field = field_path(&inside)?;
        if inside.is_empty() { Ok(Self { direction, field }) } else { Err(inside.error("more than a field")) }
    }
}

fn field_path(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    Ok(Punctuated::<Ident, Token![.]>::parse_separated_nonempty(input)?.into_iter().collect())
}

/// How a many-to-many relationship reaches one of its two models.
pub(crate) enum End {
    /// By columns of the association table.
    Columns(Vec<LitStr>),
    /// By a `belongs_to` of the model that it goes through.
    Field(Ident),
}

impl End {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            input.parse().map(|column| Self::Columns(vec![column]))
        } else {
            input.parse().map(Self::Field)
        }
    }
}

impl Table {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            input.parse().map(Self::Named)
        } else {
            input.call(Path::parse_mod_style).map(Self::Model)
        }
    }
}

impl Written {
    fn assigned<T: syn::parse::Parse>(&self, name: &str, what: &str, example: &str) -> syn::Result<T> {
        self.assigned_by(T::parse, name, what, example)
    }

    fn assigned_by<T>(
        &self,
        parse: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
        name: &str,
        what: &str,
        example: &str,
    ) -> syn::Result<T> {
        let Value::Assigned(tokens) = &self.value else {
            return Err(err!(self, "`{name}` takes {what}{name}{example}"));
        };
        parse.parse2(tokens.clone()).map_err(|_| err!(tokens, "`{name}` takes {what}{name}{example}"))
    }
}

impl ToTokens for Written {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        match &self.value {
            Value::Nothing => {}
            Value::Assigned(value) | Value::Listed(value) => value.to_tokens(tokens),
        }
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut options = vec![Vec::new()];
    for token in tokens {
        match (&token, options.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => options.push(Vec::new()),
            (_, Some(option)) => option.push(token),
            (_, None) => {}
        }
    }
    options.retain(|option| !option.is_empty());
    options
}

fn written(attribute: &str, option: Vec<TokenTree>, errors: &mut Errors) -> Option<Written> {
    let (name, value) = match option.as_slice() {
        [TokenTree::Ident(name)] => (name.clone(), Value::Nothing),
        [TokenTree::Ident(name), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            (name.clone(), Value::Listed(group.stream()))
        }
        [TokenTree::Ident(name), TokenTree::Punct(equals), value @ ..]
            if equals.as_char() == '=' && !value.is_empty() =>
        {
            (name.clone(), Value::Assigned(value.iter().cloned().collect()))
        }
        other => {
            let tokens: TokenStream = other.iter().cloned().collect();
            errors.push(err!(tokens, "an option of `#[{attribute}]` is `name`, `name = value` or `name(value, …)`"));
            return None;
        }
    };
    Some(Written { name, value })
}

fn list<T: syn::parse::Parse>(tokens: &TokenStream) -> syn::Result<Vec<T>> {
    let items = Punctuated::<T, Token![,]>::parse_terminated.parse2(tokens.clone())?;
    if items.is_empty() { Err(syn::Error::new(Span::call_site(), "empty")) } else { Ok(items.into_iter().collect()) }
}

fn list_of_texts(name: &str, option: &Written) -> syn::Error {
    err!(option, "`{name}` takes names of columns: write `{name}(\"first\", \"second\")`")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_fields};

    #[test]
    fn an_unknown_option_is_told_with_the_nearest_or_all() {
        mistakes_of_fields(
            "#[column(lenght = 5, color = 3)] name: String, #[has_many(cascade)] tags: HasMany<Tag>",
            expect![[r#"
                lenght
                    `#[column]` has no option `lenght`: did you mean `length`?
                color
                    `#[column]` has no option `color`, it has: length, name, sql_type, precision, scale, default, server_default, on_update, computed, stored, trigger, unique, index, check, collation, comment
            "#]],
        );
    }

    #[test]
    fn an_option_of_an_attribute_without_options_is_told() {
        mistakes(
            "struct Tag { #[primary_key(auto)] id: i32 }",
            expect![[r#"
            auto
                `#[primary_key]` takes no options: remove `auto`
        "#]],
        );
    }

    #[test]
    fn an_option_written_twice_is_told() {
        mistakes_of_fields(
            "#[column(unique, length = 5, unique)] name: String",
            expect![[r#"
            unique
                `unique` is written twice: remove one of the two
        "#]],
        );
    }

    #[test]
    fn a_value_of_another_kind_is_told_with_the_right_one() {
        mistakes_of_fields(
            r#"#[column(length = "5", name = title, unique = true, default = now(), sql_type, index())] a: String, #[belongs_to(columns = "a", index = "no")] b: BelongsTo<B>"#,
            expect![[r#"
                "5"
                    `length` takes a whole number: write `length = 10`
                title
                    `name` takes text: write `name = "…"`
                sql_type
                    `sql_type` takes text: write `sql_type = "…"`
                now()
                    `default` takes a literal, such as `true`, `-1` or `"new"`: for SQL write `server_default = "…"` on an `Auto<T>` field
                unique = true
                    `unique` takes no value: write just `unique`
                index
                    `index` takes no value: write just `index`
                columns = "a"
                    `columns` takes names of columns: write `columns("first", "second")`
                "no"
                    `index` takes true or false: write `index = false`
            "#]],
        );
    }

    #[test]
    fn names_in_quotes_and_names_without_are_told() {
        mistakes_of_fields(
            r#"#[has_many(inverse = "post")] tags: HasMany<Tag>, #[many_to_many(through = 5, from = 5)] more: ManyToMany<Tag>"#,
            expect![[r#"
                "post"
                    `inverse` takes the name of a field, without quotes: write `inverse = field`
                5
                    `through` takes a table or a model: write `through = "table"` or `through = Model`
                5
                    `from` takes a column, or a field of the model that it goes through: write `from = "column"`
            "#]],
        );
    }

    #[test]
    fn a_list_without_fields_is_told() {
        mistakes(
            "#[model(unique, index())] struct Tag { #[primary_key] id: i32 }",
            expect![[r#"
            unique
                `unique` takes names of fields: write `unique(first, second)`
            index
                `index` takes names of fields: write `index(first, second)`
        "#]],
        );
    }

    #[test]
    fn an_attribute_without_parentheses_is_told() {
        mistakes_of_fields(
            r#"#[column = "name"] a: String, #[column[length = 5]] b: String"#,
            expect![[r#"
            column = "name"
                options are written in parentheses: `#[column(…)]`
            column[length = 5]
                options are written in parentheses: `#[column(…)]`
        "#]],
        );
    }

    #[test]
    fn what_is_no_option_is_told() {
        mistakes_of_fields(
            r#"#[column("name", 5 = 6, length 7)] a: String"#,
            expect![[r#"
            "name"
                an option of `#[column]` is `name`, `name = value` or `name(value, …)`
            5 = 6
                an option of `#[column]` is `name`, `name = value` or `name(value, …)`
            length 7
                an option of `#[column]` is `name`, `name = value` or `name(value, …)`
        "#]],
        );
    }
}
